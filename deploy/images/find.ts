/** Finds the image folders, and hashes the inputs of each image. */
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ImageDefinition } from '../../tools/image.ts'

export const REPOSITORY = resolve(import.meta.dirname, '..', '..')
const PARENTS = ['deploy/images', 'examples/shop']
/** Images that only end-to-end tests need. */
export const TEST_IMAGES = 'test/images'
const LEFT_OUT = new Set(['node_modules', '.git', 'dist', 'target', '__pycache__'])

export interface FoundImage {
  definition: ImageDefinition
  folder: string
  hash: string
}

/** All files below a path, in a stable order, without generated folders. */
const filesBelow = (path: string): string[] => {
  const status = lstatSync(path, { throwIfNoEntry: false })
  if (status === undefined)
    throw new Error(`an image names ${relative(REPOSITORY, path)} as its input, but the file does not exist`)
  if (!status.isDirectory()) return [path]
  const names = readdirSync(path).filter((name) => !LEFT_OUT.has(name))
  return names.toSorted().flatMap((name) => filesBelow(join(path, name)))
}

const hashOf = (definition: ImageDefinition, folder: string, baseHash: string): string => {
  const hash = createHash('sha256').update(`${definition.name}\0${definition.base}\0${baseHash}\0`)
  const inputs = [
    join(folder, 'Dockerfile'),
    join(folder, 'image.ts'),
    ...definition.inputs.map((input) => join(REPOSITORY, input)),
  ]
  for (const file of inputs.flatMap(filesBelow)) {
    const { mode } = lstatSync(file)
    const isLink = lstatSync(file).isSymbolicLink()
    hash
      .update(`${relative(REPOSITORY, file)}\0${mode & 0o111}\0`)
      .update(isLink ? readlinkSync(file) : readFileSync(file))
  }
  return hash.digest('hex').slice(0, 12)
}

/** All images below the parent folders, by name; `baseHash` returns the hash of a base image's recipe. */
export const findImages = async (
  baseHash: (base: ImageDefinition['base']) => string,
  parents: readonly string[] = PARENTS,
): Promise<FoundImage[]> => {
  const folders = parents
    .map((parent) => join(REPOSITORY, parent))
    .filter((parent) => existsSync(parent))
    .flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)))
    .filter((folder) => existsSync(join(folder, 'image.ts')) && existsSync(join(folder, 'Dockerfile')))
  const found: FoundImage[] = []
  for (const folder of folders) {
    const { default: exported } = (await import(pathToFileURL(join(folder, 'image.ts')).href)) as {
      default: ImageDefinition | readonly ImageDefinition[]
    }
    for (const definition of [exported].flat())
      found.push({ definition, folder, hash: hashOf(definition, folder, baseHash(definition.base)) })
  }
  return found.toSorted((a, b) => a.definition.name.localeCompare(b.definition.name))
}

/** One tag for a set of images: it changes when any of them does. */
export const commonTag = (images: readonly FoundImage[]): string => {
  const hash = createHash('sha256')
  for (const { definition, hash: own } of images) hash.update(`${definition.name}:${own}\n`)
  return hash.digest('hex').slice(0, 12)
}
