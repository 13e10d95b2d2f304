/** Writes a bbolt file that holds one bucket, in the form in which the collector's file_storage writes it. */
import { ELEMENT, fnv64a, MAGIC, META_CONTENT, META_SIZE, PAGE_FLAGS, PAGE_HEADER, VERSION } from './page.ts'

const PAGE_SIZE = 4096
const BUCKET = 'default'
const BUCKET_ENTRY = 1
const ROOT_PAGE = 2
/** The freelist is not stored: the collector finds free pages itself (NoFreelistSync). */
const NO_FREELIST = 0xffffffffffffffffn

export interface Entry {
  key: string
  length: number
  read: () => Buffer
}

type WriteAt = (offset: number, bytes: Buffer) => void

const header = (id: number, flags: number, count: number, pages: number): Buffer => {
  const bytes = Buffer.alloc(PAGE_HEADER)
  bytes.writeBigUInt64LE(BigInt(id), 0)
  bytes.writeUInt16LE(flags, 8)
  bytes.writeUInt16LE(count, 10)
  bytes.writeUInt32LE(pages - 1, 12)
  return bytes
}

const sizeOf = ({ key, length }: Pick<Entry, 'key' | 'length'>): number => ELEMENT + key.length + length

/** As many as fit into a page together; one that is larger has pages of its own. */
function* inPages<Item>(items: Iterable<Item>, size: (item: Item) => number): Generator<Item[]> {
  let group: Item[] = []
  let room = 0
  for (const item of items) {
    if (size(item) > room) {
      if (group.length > 0) yield group
      group = []
      room = PAGE_SIZE - PAGE_HEADER
    }
    group.push(item)
    room -= size(item)
  }
  if (group.length > 0) yield group
}

/** Elements, with the position of each content relative to its own element. */
const table = (sizes: readonly number[], fill: (element: Buffer, index: number, position: number) => void): Buffer => {
  const bytes = Buffer.alloc(sizes.length * ELEMENT)
  let content = bytes.length
  for (const [index, size] of sizes.entries()) {
    const at = index * ELEMENT
    fill(bytes.subarray(at, at + ELEMENT), index, content - at)
    content += size
  }
  return bytes
}

const leafPage = (id: number, entries: readonly Entry[], flags: number): Buffer => {
  const sizes = entries.map(({ key, length }) => key.length + length)
  const elements = table(sizes, (element, index, position) => {
    element.writeUInt32LE(flags, 0)
    element.writeUInt32LE(position, 4)
    element.writeUInt32LE(entries[index]?.key.length ?? 0, 8)
    element.writeUInt32LE(entries[index]?.length ?? 0, 12)
  })
  const contents = entries.flatMap((entry) => [Buffer.from(entry.key, 'latin1'), entry.read()])
  const size = PAGE_HEADER + elements.length + sizes.reduce((sum, each) => sum + each, 0)
  const pages = Math.max(1, Math.ceil(size / PAGE_SIZE))
  const head = header(id, PAGE_FLAGS.leaf, entries.length, pages)
  return Buffer.concat([head, elements, ...contents], pages * PAGE_SIZE)
}

interface Child {
  key: string
  page: number
}

const branchPage = (id: number, children: readonly Child[]): Buffer => {
  const elements = table(
    children.map(({ key }) => key.length),
    (element, index, position) => {
      element.writeUInt32LE(position, 0)
      element.writeUInt32LE(children[index]?.key.length ?? 0, 4)
      element.writeBigUInt64LE(BigInt(children[index]?.page ?? 0), 8)
    },
  )
  const keys = children.map(({ key }) => Buffer.from(key, 'latin1'))
  return Buffer.concat([header(id, PAGE_FLAGS.branch, children.length, 1), elements, ...keys], PAGE_SIZE)
}

const metaPage = (id: number, pageCount: number): Buffer => {
  const meta = Buffer.alloc(META_SIZE)
  meta.writeUInt32LE(MAGIC, 0)
  meta.writeUInt32LE(VERSION, 4)
  meta.writeUInt32LE(PAGE_SIZE, 8)
  meta.writeBigUInt64LE(BigInt(ROOT_PAGE), 16)
  meta.writeBigUInt64LE(NO_FREELIST, 32)
  meta.writeBigUInt64LE(BigInt(pageCount), 40)
  meta.writeBigUInt64LE(BigInt(id), 48)
  meta.writeBigUInt64LE(fnv64a(meta.subarray(0, META_CONTENT)), META_CONTENT)
  return Buffer.concat([header(id, PAGE_FLAGS.meta, 0, 1), meta], PAGE_SIZE)
}

/** Writes a complete file of entries in the order of their keys; the metas, which make it valid, come last. */
export const writeBolt = (entries: Iterable<Entry>, writeAt: WriteAt): void => {
  let next = ROOT_PAGE + 1
  const put = (key: string, page: Buffer): Child => {
    const child = { key, page: next }
    writeAt(next * PAGE_SIZE, page)
    next += page.length / PAGE_SIZE
    return child
  }
  let level = Array.from(inPages(entries, sizeOf), (group) => put(group[0]?.key ?? '', leafPage(next, group, 0)))
  while (level.length > 1)
    level = Array.from(
      inPages(level, ({ key }) => ELEMENT + key.length),
      (group) => put(group[0]?.key ?? '', branchPage(next, group)),
    )
  const top = level[0] ?? put('', leafPage(next, [], 0))
  const bucket = Buffer.alloc(16)
  bucket.writeBigUInt64LE(BigInt(top.page), 0)
  const root: Entry = { key: BUCKET, length: bucket.length, read: () => bucket }
  writeAt(ROOT_PAGE * PAGE_SIZE, leafPage(ROOT_PAGE, [root], BUCKET_ENTRY))
  for (const id of [0, 1]) writeAt(id * PAGE_SIZE, metaPage(id, next))
}
