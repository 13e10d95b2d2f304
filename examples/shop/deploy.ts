/** The manifests of the shop and of the other example workloads, for a given registry and tag. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'

/** An image becomes `<registry>/<name>:<tag>`; `registry` has no trailing slash (`localhost/odigos`). */
export interface ImageSource {
  registry: string
  tag: string
}

/** The services of the shop, in the order in which a request passes them. */
export const SHOP_SERVICES = ['storefront', 'cart', 'catalogue', 'pricing'] as const

const EXAMPLES_DIR = fileURLToPath(new URL('..', import.meta.url))
const EXAMPLE_IMAGE = /^localhost\/odigos\/([a-z0-9-]+):latest$/

/** Replaces all example images in a parsed manifest, and keeps all other values. */
const withImages = (value: unknown, source: ImageSource): unknown => {
  if (Array.isArray(value)) return value.map((item) => withImages(item, source))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withImages(item, source)]))
  }
  const name = typeof value === 'string' ? EXAMPLE_IMAGE.exec(value)?.[1] : undefined
  return name === undefined ? value : `${source.registry}/${name}:${source.tag}`
}

const readManifests = (path: string, source: ImageSource): object[] => {
  const documents = parseAllDocuments(readFileSync(join(EXAMPLES_DIR, path), 'utf8'))
  return documents.map((document) => {
    const [error] = document.errors
    if (error !== undefined) throw new Error(`${path}: ${error.message}`, { cause: error })
    return withImages(document.toJS(), source) as object
  })
}

/** All objects of the shop, namespaces first: `shop` with the four services and Redis, `shop-load` with the load. */
export const shopManifests = (source: ImageSource): object[] => {
  const folder = 'shop/manifests'
  const files = readdirSync(join(EXAMPLES_DIR, folder)).toSorted()
  return files.flatMap((file) => readManifests(`${folder}/${file}`, source))
}

export type ExampleWorkload = 'cronjob' | 'daemonset' | 'django' | 'job' | 'restricted' | 'statefulset'

/** The objects of `examples/workloads/<name>.yaml`, the namespace first. */
export const workloadManifests = (name: ExampleWorkload, source: ImageSource): object[] =>
  readManifests(`workloads/${name}.yaml`, source)
