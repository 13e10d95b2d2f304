import type { Stats } from 'node:fs'
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync } from 'node:fs'

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants
/** The kernel's own limit is 40, so a benign image stays below. */
const MAX_LINKS = 16
const MAX_DEPTH = 64

/** The path of an open folder by its descriptor, so that its entries can be opened without resolving its path again. */
type DescriptorPath = (descriptor: number) => string

export interface RootedFile {
  /** A folder, or a magic link to one. */
  root: string
  path: string
  maxBytes: number
  descriptorPath: DescriptorPath
}

/** Closes folders until `depth` are left; the root always stays open. */
const leave = (folders: number[], depth: number): void => {
  while (folders.length > Math.max(1, depth)) closeSync(folders.pop() ?? -1)
}

interface Walk {
  /** Open folders, from the root to the current one. */
  folders: number[]
  /** Remaining components. */
  pending: string[]
  links: number
}

/** Enters a folder or replaces a link by its target; returns whether that was possible. */
const goOn = (walk: Walk, at: string, stat: Stats): boolean => {
  if (stat.isDirectory() && walk.folders.length < MAX_DEPTH) {
    walk.folders.push(openSync(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW))
    return true
  }
  if (!stat.isSymbolicLink() || walk.links++ >= MAX_LINKS) return false
  const target = readlinkSync(at)
  if (target.startsWith('/')) leave(walk.folders, 1)
  walk.pending.unshift(...target.split('/'))
  return true
}

/** Path of the regular file in the last of `folders`, valid as long as that is open; undefined if the path is a folder. */
const walkTo = (folders: number[], components: string[], descriptorPath: DescriptorPath): string | undefined => {
  const walk: Walk = { folders, pending: [...components], links: 0 }
  while (walk.pending.length > 0) {
    const name = walk.pending.shift() ?? ''
    if (name === '..') leave(folders, folders.length - 1)
    if (['', '.', '..'].includes(name)) continue
    const at = `${descriptorPath(folders.at(-1) ?? -1)}/${name}`
    const stat = lstatSync(at)
    if (stat.isFile() && walk.pending.length === 0) return at
    if (!goOn(walk, at, stat)) throw new Error('neither a file nor a folder')
  }
  return undefined
}

/** Shared: thousands of small files are read in sequence, and a buffer for each would fill the memory. */
const scratch = Buffer.allocUnsafe(64 * 1024)

/** Reads until the end or the limit; stat reports a size of 0 for the kernel's own files. */
export const readUpTo = (file: number, maxBytes: number): Buffer => {
  const chunks: Buffer[] = []
  for (let total = 0; total < maxBytes;) {
    const length = readSync(file, scratch, 0, Math.min(scratch.length, maxBytes - total), null)
    if (length === 0) break
    chunks.push(Buffer.from(scratch.subarray(0, length)))
    total += length
  }
  return Buffer.concat(chunks)
}

const useRegular = <T>(path: string, use: (file: number) => T): T | undefined => {
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    return fstatSync(file).isFile() ? use(file) : undefined
  } finally {
    closeSync(file)
  }
}

/** Resolves a path below a root: calls `use` with the regular file, or with the folder if that is what it is. */
export const resolveRooted = <T>(
  { root, path, descriptorPath }: Omit<RootedFile, 'maxBytes'>,
  use: (file: string | undefined, folder: string) => T,
): T | undefined => {
  const folders = [openSync(root, O_RDONLY | O_DIRECTORY)]
  try {
    const file = walkTo(folders, path.split('/'), descriptorPath)
    return use(file, descriptorPath(folders.at(-1) ?? -1))
  } catch {
    // Missing, not readable, or changed meanwhile.
    return undefined
  } finally {
    folders.forEach((folder) => closeSync(folder))
  }
}

/**
 * Opens a regular file below another root folder; undefined if it does not exist.
 *
 * The container's image is untrusted: an absolute link followed by the kernel would lead to the detector's own file
 * system, from which the node's files can be reached. So each component is opened relative to the folder opened before
 * it (as openat does), the kernel never follows links, and their targets are resolved from the given root.
 */
export const openRooted = <T>(place: Omit<RootedFile, 'maxBytes'>, use: (file: number) => T): T | undefined =>
  resolveRooted(place, (file) => (file === undefined ? undefined : useRegular(file, use)))

/** Up to `maxBytes` of a regular file below another root folder; undefined if it does not exist. */
export const readRooted = ({ maxBytes, ...place }: RootedFile): Buffer | undefined =>
  openRooted(place, (file) => readUpTo(file, maxBytes))
