/** Pages of a bbolt file (go.etcd.io/bbolt, version 2 of the format), which the collector's file_storage keeps its queues in. */

/** Random access to a file. */
export interface Bytes {
  size: number
  /** Throws a Damage where the file ends before. */
  read: (offset: number, length: number) => Buffer
}

/** What is found wrong with a file. */
export class Damage extends Error {
  override name = 'Damage'
}

/** Part of a file. */
export interface Slice {
  offset: number
  length: number
}

export interface Meta {
  pageSize: number
  rootPage: number
  /** Number of pages in use, and of the first that is not. */
  pageCount: number
  transaction: bigint
}

export const MAGIC = 0xed0cdaed
export const VERSION = 2
export const PAGE_HEADER = 16
export const ELEMENT = 16
/** Of a meta after its page header: up to the checksum, and with it. */
export const META_CONTENT = 56
export const META_SIZE = 64
export const PAGE_FLAGS = { branch: 1, leaf: 2, meta: 4 } as const
const BUCKET_ENTRY = 1
const MAX_KEY = 32_768

/** FNV-1a of 64 bits, the checksum of a meta. */
export const fnv64a = (bytes: Buffer): bigint => {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  return hash
}

/** A number of a file, which may be any; above the safe range it is as good as infinite. */
const asNumber = (bytes: Buffer, offset: number): number => Number(bytes.readBigUInt64LE(offset))

/** The meta at an offset; undefined if it is damaged. */
export const readMeta = (file: Bytes, offset: number): Meta | undefined => {
  if (offset + PAGE_HEADER + META_SIZE > file.size) return undefined
  const bytes = file.read(offset + PAGE_HEADER, META_SIZE)
  const isValid =
    bytes.readUInt32LE(0) === MAGIC &&
    bytes.readUInt32LE(4) === VERSION &&
    bytes.readBigUInt64LE(META_CONTENT) === fnv64a(bytes.subarray(0, META_CONTENT))
  if (!isValid) return undefined
  return {
    pageSize: bytes.readUInt32LE(8),
    rootPage: asNumber(bytes, 16),
    pageCount: asNumber(bytes, 40),
    transaction: bytes.readBigUInt64LE(48),
  }
}

export interface LeafElement {
  key: string
  value: Slice
  isBucket: boolean
}

export type Node =
  | { kind: 'leaf'; pages: number; elements: LeafElement[] }
  | { kind: 'branch'; pages: number; elements: { key: string; page: number }[] }

/** Keys of queues are ASCII; latin1 keeps the order of bytes for any other. */
const readKey = (file: Bytes, slice: Slice, end: number): string => {
  if (slice.length > MAX_KEY || slice.offset + slice.length > end) throw new Damage('a key is outside of its page')
  return file.read(slice.offset, slice.length).toString('latin1')
}

const leafElement = (file: Bytes, element: Buffer, at: number, end: number): LeafElement => {
  const [flags, position, keySize, valueSize] = [0, 4, 8, 12].map((offset) => element.readUInt32LE(offset))
  const key = { offset: at + (position ?? 0), length: keySize ?? 0 }
  const value = { offset: key.offset + key.length, length: valueSize ?? 0 }
  if (value.offset + value.length > end) throw new Damage('a value is outside of its page')
  return { key: readKey(file, key, end), value, isBucket: ((flags ?? 0) & BUCKET_ENTRY) !== 0 }
}

const branchElement = (file: Bytes, element: Buffer, at: number, end: number): { key: string; page: number } => ({
  key: readKey(file, { offset: at + element.readUInt32LE(0), length: element.readUInt32LE(4) }, end),
  page: asNumber(element, 8),
})

interface Reading {
  id: number
  pageSize: number
  /** Bytes of a node that is within another. */
  room?: number
  /** Whether elements that are damaged are left out. */
  isLenient?: boolean
}

/** An element, or nothing where it is damaged and left out. */
const tryElement = <Element>(isLenient: boolean, read: () => Element): Element[] => {
  try {
    return [read()]
  } catch (error) {
    if (!isLenient || !(error instanceof Damage)) throw error
    return []
  }
}

/** The node at an offset. Throws a Damage. */
export const readNode = (file: Bytes, offset: number, reading: Reading): Node => {
  const { id, pageSize, room, isLenient = false } = reading
  const header = file.read(offset, PAGE_HEADER)
  const flags = header.readUInt16LE(8)
  const count = header.readUInt16LE(10)
  const pages = header.readUInt32LE(12) + 1
  if (asNumber(header, 0) !== id) throw new Damage(`page ${id} has another number`)
  const end = offset + (room ?? pages * pageSize)
  const first = offset + PAGE_HEADER
  if ((end > file.size && !isLenient) || first + count * ELEMENT > end) throw new Damage(`page ${id} is cut off`)
  const table = file.read(first, count * ELEMENT)
  const elementsOf = <Element>(read: (...args: [Bytes, Buffer, number, number]) => Element): Element[] =>
    Array.from({ length: count }, (_, index) => {
      const element = table.subarray(index * ELEMENT, (index + 1) * ELEMENT)
      return tryElement(isLenient, () => read(file, element, first + index * ELEMENT, Math.min(end, file.size)))
    }).flat()
  if (flags === PAGE_FLAGS.leaf) return { kind: 'leaf', pages, elements: elementsOf(leafElement) }
  if (flags === PAGE_FLAGS.branch && count > 0) return { kind: 'branch', pages, elements: elementsOf(branchElement) }
  throw new Damage(`page ${id} is of no known kind`)
}
