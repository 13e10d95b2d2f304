/** Reads the only bucket of a queue's file, and everything of it that is left if the file is damaged. */
import type { Bytes, LeafElement, Meta, Slice } from './page.ts'
import { Damage, readMeta, readNode } from './page.ts'

const BUCKET = 'default'
const BUCKET_HEADER = 16
const FIRST_DATA_PAGE = 2
const MAX_DEPTH = 32
const PAGE_SIZES = [4096, 16_384, 65_536, 1024, 2048, 8192, 32_768]

/** Called with each entry; there can be more than a million. */
export type OnEntry = (key: string, value: Slice) => void

const isPlausible = ({ pageSize, pageCount }: Meta, size: number): boolean =>
  PAGE_SIZES.includes(pageSize) && pageCount * pageSize <= size

/** The newest valid meta. */
const newestMeta = (file: Bytes): Meta | undefined => {
  const first = readMeta(file, 0)
  const sizes = first ? [first.pageSize] : PAGE_SIZES
  const second = sizes.map((size) => readMeta(file, size)).find((meta) => meta !== undefined)
  if (!first || !second) return first ?? second
  return first.transaction > second.transaction ? first : second
}

/** A visit of all pages of a tree. */
interface Visit {
  file: Bytes
  meta: Meta
  seen: Set<number>
  damage: string[]
  onLeaf: (element: LeafElement) => void
}

const claimPages = ({ meta, seen }: Visit, id: number, pages: number): void => {
  if (id + pages > meta.pageCount) throw new Damage(`page ${id} reaches beyond the last page`)
  for (let page = id; page < id + pages; page += 1) {
    if (seen.has(page)) throw new Damage(`page ${page} is used twice`)
    seen.add(page)
  }
}

const assertOrdered = (id: number, elements: readonly { key: string }[], from: string): void => {
  for (const [index, { key }] of elements.entries()) {
    const before = elements[index - 1]?.key
    if (key < from || (before !== undefined && key <= before)) throw new Damage(`page ${id} is out of order`)
  }
}

/** Visits a page and those below; what is damaged is noted, and the rest is visited. */
const visitPage = (visit: Visit, id: number, from: string, depth = 0): void => {
  try {
    if (id < FIRST_DATA_PAGE || id >= visit.meta.pageCount || depth > MAX_DEPTH)
      throw new Damage(`there is no page ${id}`)
    const { pageSize } = visit.meta
    const node = readNode(visit.file, id * pageSize, { id, pageSize })
    claimPages(visit, id, node.pages)
    assertOrdered(id, node.elements, from)
    if (node.kind === 'leaf') for (const element of node.elements) visit.onLeaf(element)
    else for (const { key, page } of node.elements) visitPage(visit, page, key, depth + 1)
  } catch (error) {
    if (!(error instanceof Damage)) throw error
    visit.damage.push(error.message)
  }
}

/** A bucket is in pages of its own, or, while it is small, within its entry. */
const visitBucket = (visit: Visit, { value }: LeafElement): void => {
  const root = Number(visit.file.read(value.offset, BUCKET_HEADER).readBigUInt64LE(0))
  if (root !== 0) return visitPage(visit, root, '')
  const room = value.length - BUCKET_HEADER
  const node = readNode(visit.file, value.offset + BUCKET_HEADER, { id: 0, pageSize: visit.meta.pageSize, room })
  if (node.kind === 'leaf') node.elements.forEach(visit.onLeaf)
}

/**
 * Reads all that the tree of the newest meta leads to. Returns what is wrong with the file, as phrases; nothing if the collector can
 * open it.
 */
export const readTree = (file: Bytes, onEntry: OnEntry): string[] => {
  const damage: string[] = []
  const meta = newestMeta(file)
  if (!meta || !isPlausible(meta, file.size)) return ['there is no valid meta page']
  const visit: Visit = { file, meta, seen: new Set(), damage, onLeaf: ({ key, value }) => onEntry(key, value) }
  const buckets: LeafElement[] = []
  visitPage({ ...visit, onLeaf: (element) => void buckets.push(element) }, meta.rootPage, '')
  try {
    for (const bucket of buckets.filter(({ key }) => key === BUCKET)) visitBucket(visit, bucket)
  } catch (error) {
    if (!(error instanceof Damage)) throw error
    damage.push(error.message)
  }
  return damage
}

const pageSizeOf = (file: Bytes): number => {
  const meta = newestMeta(file)
  if (meta && PAGE_SIZES.includes(meta.pageSize)) return meta.pageSize
  const numbersItself = (size: number): boolean =>
    [2, 3, 4].some((id) => (id + 1) * size <= file.size && file.read(id * size, 8).readBigUInt64LE(0) === BigInt(id))
  return PAGE_SIZES.find(numbersItself) ?? 4096
}

/** Reads all leaf pages that can be read, whether the tree leads to them or not: some are of the past. */
export const scanPages = (file: Bytes, onEntry: OnEntry): void => {
  const pageSize = pageSizeOf(file)
  for (let id = FIRST_DATA_PAGE; (id + 1) * pageSize <= file.size; id += 1) {
    try {
      const node = readNode(file, id * pageSize, { id, pageSize, isLenient: true })
      const entries = node.kind === 'leaf' ? node.elements.filter(({ isBucket }) => !isBucket) : []
      for (const { key, value } of entries) onEntry(key, value)
    } catch (error) {
      if (!(error instanceof Damage)) throw error
    }
  }
}
