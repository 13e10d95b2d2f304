/** Takes out of a damaged file of a queue all requests that still wait and can be read. */
import type { Bytes, Slice } from './bolt/page.ts'
import { readTree, scanPages } from './bolt/read.ts'
import type { Entry } from './bolt/write.ts'
import type { Metadata } from './queue-items.ts'
import {
  firstIndex,
  indexOf,
  isLater,
  isRequest,
  isWaiting,
  METADATA_KEY,
  metadataEntry,
  parseMetadata,
} from './queue-items.ts'

export interface Salvaged {
  /** The entries of the new file, in the order of their keys. */
  entries: Iterable<Entry>
  /** Requests that were found. */
  recovered: number
  /** Requests that waited, by the record; undefined if that was not found. */
  expected?: number
}

/** Values by the numbers of requests; compact, as there can be more than a million. */
const createFound = () => {
  const offsets = new Map<number, number>()
  const lengths = new Map<number, number>()
  let end = 0
  return {
    put: (index: number, { offset, length }: Slice): void => {
      end = Math.max(end, index + 1)
      offsets.set(index, offset)
      lengths.set(index, length)
    },
    indexes: (): Iterable<number> => offsets.keys(),
    /** One more than the largest number. */
    end: (): number => end,
    get: (index: number): Slice => ({ offset: offsets.get(index) ?? 0, length: lengths.get(index) ?? 0 }),
  }
}

/** All that is left. What the tree leads to is current; pages of the past only fill gaps. */
const everything = (file: Bytes) => {
  const found = createFound()
  let past: Metadata | undefined
  let current: Metadata | undefined
  const recordOf = (slice: Slice): Metadata | undefined => parseMetadata(file.read(slice.offset, slice.length))
  scanPages(file, (key, value) => {
    const index = indexOf(key)
    if (index !== undefined && isRequest(file.read(value.offset, value.length))) found.put(index, value)
    const record = key === METADATA_KEY ? recordOf(value) : undefined
    if (record && (!past || isLater(record, past))) past = record
  })
  readTree(file, (key, value) => {
    const index = indexOf(key)
    if (index !== undefined && value.length > 0) found.put(index, value)
    if (key === METADATA_KEY) current = recordOf(value)
  })
  // Without the current record, what was sent since an earlier one is sent again, rather than lost; and what was written since counts.
  const record = current ?? (past && { ...past, writeIndex: Math.max(past.writeIndex, found.end()) })
  return { found, record }
}

export const salvage = (file: Bytes): Salvaged => {
  const { found, record } = everything(file)
  const waiting = Float64Array.from(found.indexes())
    .filter((index) => !record || isWaiting(index, record))
    .toSorted()
  const bytes = waiting.reduce((sum, index) => sum + found.get(index).length, 0)
  const entryOf = (position: number, index: number): Entry => {
    const { offset, length } = found.get(index)
    const key = String(firstIndex(waiting.length) + position)
    return { key, length, read: () => file.read(offset, length) }
  }
  const entries = function* (): Generator<Entry> {
    for (const [position, index] of waiting.entries()) yield entryOf(position, index)
    yield metadataEntry(waiting.length, bytes)
  }
  return {
    entries: entries(),
    recovered: waiting.length,
    ...(record ? { expected: record.writeIndex - record.readIndex + record.dispatched.length } : {}),
  }
}
