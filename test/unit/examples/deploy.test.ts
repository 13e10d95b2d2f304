import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { shopManifests, workloadManifests } from '../../../examples/shop/deploy.ts'

interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string }
}

const source = { registry: 'registry.test/team', tag: '1.2.3' }
const examples = new URL('../../../examples/', import.meta.url)
const imagesIn = (objects: object[]): string[] =>
  [...JSON.stringify(objects).matchAll(/"image":"([^"]+)"/g)].map(([, image]) => image ?? '')

/** The folder of an image says its name, which `image.ts` repeats. */
const imageFolders = readdirSync(new URL('shop/', examples), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'manifests')
  .map((entry) => entry.name)

describe('examples', () => {
  it('has an image folder for each image of the shop and of the other workloads', () => {
    const workloads = (['cronjob', 'daemonset', 'django', 'job', 'restricted', 'statefulset'] as const).flatMap(
      (name) => workloadManifests(name, source),
    )
    const used = new Set(imagesIn([...shopManifests(source), ...workloads]))
    assert.deepEqual(
      [...used].toSorted(),
      imageFolders.map((name) => `registry.test/team/shop-${name}:1.2.3`).toSorted(),
    )
  })

  it('gives namespaces before what they hold', () => {
    const known = new Set<string>()
    for (const object of shopManifests(source) as Manifest[]) {
      if (object.kind === 'Namespace') known.add(object.metadata.name)
      else assert(known.has(object.metadata.namespace ?? ''), `${object.kind} ${object.metadata.name}`)
    }
    assert.deepEqual([...known], ['shop', 'shop-load'])
  })

  it('knows every file of examples/workloads', () => {
    const files = readdirSync(new URL('workloads/', examples)).toSorted()
    const names = ['cronjob', 'daemonset', 'django', 'job', 'restricted', 'statefulset']
    assert.deepEqual(
      files,
      names.map((name) => `${name}.yaml`),
    )
  })

  it('leaves everything but the images as the files say', () => {
    const storefront = (shopManifests(source) as Manifest[]).find(({ metadata }) => metadata.name === 'storefront')
    assert.match(JSON.stringify(storefront), /"CART_URL","value":"http:\/\/cart:8081"/)
  })
})
