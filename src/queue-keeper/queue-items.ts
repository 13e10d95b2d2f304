/** What the entries of a queue's file mean (exporterhelper, persistent_queue.go): requests by number, and the record of what waits. */
import type { Entry } from './bolt/write.ts'

/** Key of the record, the message PersistentMetadata. */
export const METADATA_KEY = 'qmv0'

export interface Metadata {
  readIndex: number
  writeIndex: number
  /** Requests that are being sent. */
  dispatched: number[]
}

const FIXED64 = 1
const DELIMITED = 2
const FIELDS = { bytes: 2, readIndex: 3, writeIndex: 4, dispatched: 5 } as const

const tag = (field: number, type: number): number => (field << 3) | type

const readVarint = (bytes: Buffer, at: number): { value: number; next: number } => {
  let value = 0
  for (let index = at; index < bytes.length && index < at + 5; index += 1) {
    const byte = bytes[index] ?? 0
    value += (byte & 127) * 2 ** (7 * (index - at))
    if (byte < 128) return { value, next: index + 1 }
  }
  throw new RangeError('an invalid number')
}

/** Fields and values of 64 bits; the packed ones of a list one by one. */
const fixedFields = (bytes: Buffer): [number, number][] => {
  const fields: [number, number][] = []
  for (let at = 0; at < bytes.length;) {
    const key = readVarint(bytes, at)
    const list = (key.value & 7) === DELIMITED ? readVarint(bytes, key.next) : { value: 8, next: key.next }
    if ((key.value & 7) !== FIXED64 && (key.value & 7) !== DELIMITED) throw new RangeError('an unknown type')
    const end = list.next + list.value
    for (at = list.next; at + 8 <= end; at += 8) fields.push([key.value >> 3, Number(bytes.readBigUInt64LE(at))])
    at = end
  }
  return fields
}

/** The record; undefined if it is damaged. */
export const parseMetadata = (bytes: Buffer): Metadata | undefined => {
  try {
    const fields = fixedFields(bytes)
    const valueOf = (field: number): number => fields.findLast(([found]) => found === field)?.[1] ?? 0
    const dispatched = fields.filter(([found]) => found === FIELDS.dispatched).map(([, index]) => index)
    const metadata = { readIndex: valueOf(FIELDS.readIndex), writeIndex: valueOf(FIELDS.writeIndex), dispatched }
    return metadata.readIndex <= metadata.writeIndex ? metadata : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The later of two records of a queue. */
export const isLater = (a: Metadata, b: Metadata): boolean =>
  a.writeIndex > b.writeIndex || (a.writeIndex === b.writeIndex && a.readIndex > b.readIndex)

/** The number of a request; undefined for another key. */
export const indexOf = (key: string): number | undefined => (/^\d{1,15}$/.test(key) ? Number(key) : undefined)

export const isWaiting = (index: number, { readIndex, writeIndex, dispatched }: Metadata): boolean =>
  (index >= readIndex && index < writeIndex) || dispatched.includes(index)

/** Fields of a stored request that hold messages, by their numbers: request → resources → scopes → records, for each signal. */
interface Shape {
  [field: number]: Shape
}
const REQUEST: Shape = { 3: { 1: { 2: { 2: {} } } } }
const SIZES: Partial<Record<number, number>> = { 1: 8, 5: 4 }

/** End of the field at `at`, and of what precedes its content. Throws a RangeError. */
const readField = (bytes: Buffer, at: number): { field: number; type: number; from: number; to: number } => {
  const { value: key, next } = readVarint(bytes, at)
  const type = key & 7
  const length = type === 0 || type === DELIMITED ? readVarint(bytes, next) : { value: SIZES[type] ?? Infinity, next }
  const to = type === 0 ? length.next : length.next + length.value
  if (to > bytes.length || key < 8) throw new RangeError('a field is cut off')
  return { field: key >> 3, type, from: length.next, to }
}

const isMessage = (bytes: Buffer, shape: Shape): boolean => {
  for (let at = 0; at < bytes.length;) {
    const { field, type, from, to } = readField(bytes, at)
    const inner = type === DELIMITED ? shape[field] : undefined
    if (inner && !isMessage(bytes.subarray(from, to), inner)) return false
    at = to
  }
  return true
}

/** Whether bytes have the form of a stored request; what was overwritten since has another. */
export const isRequest = (bytes: Buffer): boolean => {
  try {
    return isMessage(bytes, REQUEST)
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** Number of the first request of a queue with that many: all numbers have the same digits, and so the order of their keys. */
export const firstIndex = (count: number): number => 10 ** String(count).length

/** The record of a queue with that many requests of that many bytes. */
export const metadataEntry = (count: number, bytes: number): Entry => {
  const first = firstIndex(count)
  const fields: [number, number][] = [
    [FIELDS.bytes, bytes],
    [FIELDS.readIndex, first],
    [FIELDS.writeIndex, first + count],
  ]
  const message = Buffer.alloc(fields.length * 9)
  for (const [index, [field, value]] of fields.entries()) {
    message.writeUInt8(tag(field, FIXED64), index * 9)
    message.writeBigUInt64LE(BigInt(value), index * 9 + 1)
  }
  return { key: METADATA_KEY, length: message.length, read: () => message }
}
