/** Reads the few facts of an ELF program that identify how it was built; only ranges, never the whole file. Pure. */
import type { ReadRange, Section, Segment } from './elf-format.ts'
import { offsetOf } from './elf-format.ts'
import { parseGoBuildInfo } from './go-build-info.ts'
import type { ElfFacts } from './elf-facts.ts'

const PT_DYNAMIC = 2
const PT_INTERP = 3
const DT_NEEDED = 1
const DT_STRTAB = 5
const PF_W = 2
/** Limits against a hostile header; real programs stay far below. */
const MAX_HEADERS = 256
const MAX_TEXT = 4096
const MAX_STRINGS = 1024 * 1024

const word = (bytes: Buffer, offset: number): number => Number(bytes.readBigUInt64LE(offset))

/** Rows of a header table: `count` structures of `size` bytes. */
const tableRows = (read: ReadRange, offset: number, count: number, size: number): Buffer[] => {
  if (size < 40 || size > 256) return []
  const bytes = read(offset, Math.min(count, MAX_HEADERS) * size)
  const rows = Math.floor(bytes.length / size)
  return Array.from({ length: rows }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
}

const parseSegments = (header: Buffer, read: ReadRange): Segment[] =>
  tableRows(read, word(header, 32), header.readUInt16LE(56), header.readUInt16LE(54))
    .filter((row) => row.length >= 56)
    .map((row) => ({
      type: row.readUInt32LE(0),
      isWritable: (row.readUInt32LE(4) & PF_W) !== 0,
      offset: word(row, 8),
      address: word(row, 16),
      size: word(row, 32),
    }))

const firstString = (bytes: Buffer): string => {
  const end = bytes.indexOf(0)
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end)
}

const parseSections = (header: Buffer, read: ReadRange): Section[] => {
  const rows = tableRows(read, word(header, 40), header.readUInt16LE(60), header.readUInt16LE(58)).filter(
    (row) => row.length >= 64,
  )
  const names = rows[header.readUInt16LE(62)]
  if (!names) return []
  const strings = read(word(names, 24), Math.min(word(names, 32), MAX_STRINGS))
  return rows.map((row) => ({
    name: firstString(strings.subarray(Math.min(row.readUInt32LE(0), strings.length)).subarray(0, 256)),
    address: word(row, 16),
    offset: word(row, 24),
    size: word(row, 32),
  }))
}

const parseNeeded = (segments: readonly Segment[], read: ReadRange): string[] => {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC)
  if (!dynamic) return []
  const bytes = read(dynamic.offset, Math.min(dynamic.size, MAX_STRINGS))
  const entries = Array.from({ length: Math.floor(bytes.length / 16) }, (_, i) => ({
    tag: word(bytes, i * 16),
    value: word(bytes, i * 16 + 8),
  }))
  const table = entries.find(({ tag }) => tag === DT_STRTAB)
  const tableOffset = table && offsetOf(segments, table.value)
  if (tableOffset === undefined) return []
  return entries
    .filter(({ tag }) => tag === DT_NEEDED)
    .slice(0, MAX_HEADERS)
    .map(({ value }) => firstString(read(tableOffset + value, 256)))
}

const textOf = (bytes: Buffer): string => bytes.toString('latin1').replaceAll('\0', '\n').trim()

/** Facts of a 64-bit little-endian ELF file; undefined for anything else. Never throws for invalid content. */
export const parseElf = (read: ReadRange): ElfFacts | undefined => {
  const header = read(0, 64)
  if (header.length < 64 || header.toString('latin1', 0, 4) !== '\x7fELF') return undefined
  if (header[4] !== 2 || header[5] !== 1) return undefined
  const segments = parseSegments(header, read)
  const sections = parseSections(header, read)
  const interpreter = segments.find(({ type }) => type === PT_INTERP)
  const comment = sections.find(({ name }) => name === '.comment')
  const go = parseGoBuildInfo({ read, segments, sections })
  return {
    ...(interpreter
      ? { interpreter: firstString(read(interpreter.offset, Math.min(interpreter.size, MAX_TEXT))) }
      : {}),
    needed: parseNeeded(segments, read),
    sections: sections.map(({ name }) => name).filter((name) => name !== ''),
    ...(comment ? { comment: textOf(read(comment.offset, Math.min(comment.size, MAX_TEXT))) } : {}),
    ...(go ? { go } : {}),
  }
}
