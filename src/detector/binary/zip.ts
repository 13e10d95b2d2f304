/** Names and small files of zip archives, such as jars. Only the central directory is read. Pure. */
import { inflateRawSync } from 'node:zlib'
import type { ReadRange } from './elf-format.ts'

const END = 0x06054b50
const END_LENGTH = 22
const MAX_COMMENT = 0xff_ff
const ENTRY = 0x02014b50
const ENTRY_LENGTH = 46
const LOCAL_LENGTH = 30
const STORED = 0
const DEFLATED = 8
/** A fat jar of 20,000 classes has a directory of 2 MiB. */
const MAX_DIRECTORY = 4 * 1024 * 1024
const MAX_CONTENT = 64 * 1024

export interface ZipEntry {
  name: string
  method: number
  compressedSize: number
  offset: number
}

/** The directory, which the last bytes of the file locate; empty if the file is no archive. */
const readDirectory = (range: ReadRange, size: number): Buffer => {
  const length = Math.min(size, END_LENGTH + MAX_COMMENT)
  const tail = Buffer.from(range(size - length, length))
  for (let at = tail.length - END_LENGTH; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END) continue
    const bytes = tail.readUInt32LE(at + 12)
    return bytes <= MAX_DIRECTORY ? Buffer.from(range(tail.readUInt32LE(at + 16), bytes)) : Buffer.alloc(0)
  }
  return Buffer.alloc(0)
}

/** The entries of an archive. */
export const zipEntries = (range: ReadRange, size: number): ZipEntry[] => {
  const directory = readDirectory(range, size)
  const entries: ZipEntry[] = []
  for (let at = 0; at + ENTRY_LENGTH <= directory.length && directory.readUInt32LE(at) === ENTRY;) {
    const nameLength = directory.readUInt16LE(at + 28)
    entries.push({
      name: directory.toString('utf8', at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength),
      method: directory.readUInt16LE(at + 10),
      compressedSize: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    })
    at += ENTRY_LENGTH + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return entries
}

/** The content of a small entry; undefined if it is too large or of an unknown format. */
export const zipContent = (range: ReadRange, { method, compressedSize, offset }: ZipEntry): string | undefined => {
  if (compressedSize > MAX_CONTENT) return undefined
  const header = Buffer.from(range(offset, LOCAL_LENGTH))
  if (header.length < LOCAL_LENGTH) return undefined
  const begin = offset + LOCAL_LENGTH + header.readUInt16LE(26) + header.readUInt16LE(28)
  const bytes = Buffer.from(range(begin, compressedSize))
  if (method === STORED) return bytes.toString()
  return method === DEFLATED ? inflateRawSync(bytes, { maxOutputLength: MAX_CONTENT }).toString() : undefined
}
