/** Reads a Go program's build information: version, main module, modules (format: Go's debug/buildinfo). Pure. */
import type { ReadRange, Section, Segment } from './elf-format.ts'
import { offsetOf, PT_LOAD } from './elf-format.ts'
import type { GoFacts } from './elf-facts.ts'

interface Program {
  read: ReadRange
  segments: readonly Segment[]
  sections: readonly Section[]
}

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1')
const FLAG_BIG_ENDIAN = 1
const FLAG_INLINE = 2
const HEADER_BYTES = 32
/** The module list of the largest programs (Kubernetes) is about 30 KiB. */
const MAX_TEXT = 256 * 1024
/** Without section headers, the data segment starts with the build information. */
const SEARCHED_BYTES = 1024 * 1024
const MAX_DEPENDENCIES = 1000

const searchMagic = (read: ReadRange, offset: number, length: number): number | undefined => {
  const at = read(offset, length).indexOf(MAGIC)
  return at < 0 ? undefined : offset + at
}

const findBuildInfo = ({ read, segments, sections }: Program): number | undefined => {
  const section = sections.find(({ name }) => name === '.go.buildinfo')
  if (section) return searchMagic(read, section.offset, Math.min(section.size, SEARCHED_BYTES))
  if (sections.length > 1) return undefined
  const data = segments.find(({ type, isWritable }) => type === PT_LOAD && isWritable)
  return data && searchMagic(read, data.offset, Math.min(data.size, SEARCHED_BYTES))
}

const varintString = (bytes: Buffer, start: number): [string, number] => {
  let length = 0
  let at = start
  for (let shift = 0; at < bytes.length && shift < 35; shift += 7) {
    const byte = bytes[at++] ?? 0
    length += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) break
  }
  return [bytes.toString('latin1', at, at + length), at + length]
}

/** Since Go 1.18: a length as varint, then the bytes; twice. */
const inlineStrings = (read: ReadRange, offset: number): [string, string] => {
  const bytes = read(offset + HEADER_BYTES, MAX_TEXT)
  const [version, next] = varintString(bytes, 0)
  const [modules] = varintString(bytes, next)
  return [version, modules]
}

/** Before Go 1.18: addresses of two Go strings, each an address and a length. */
const pointedStrings = (program: Program, header: Buffer): [string, string] => {
  const size = header[14] === 4 ? 4 : 8
  const isBigEndian = ((header[15] ?? 0) & FLAG_BIG_ENDIAN) !== 0
  if (isBigEndian) return ['', '']
  const number = (bytes: Buffer, at: number): number => {
    if (bytes.length < at + size) return 0
    return size === 4 ? bytes.readUInt32LE(at) : Number(bytes.readBigUInt64LE(at))
  }
  const follow = (address: number): string => {
    const at = offsetOf(program.segments, address)
    if (at === undefined) return ''
    const pair = program.read(at, 2 * size)
    const text = offsetOf(program.segments, number(pair, 0))
    return text === undefined ? '' : program.read(text, Math.min(number(pair, size), MAX_TEXT)).toString('latin1')
  }
  return [follow(number(header, 16)), follow(number(header, 16 + size))]
}

/** `go1.22.4`, `go1.17`, `go1.22rc1`, `go1.25.0 X:…`, `devel go1.23-abc …`; a development version keeps its mark. */
export const versionOf = (text: string): { version?: string } => {
  const match = /go(\d+\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)/.exec(text)
  if (!match?.[1]) return {}
  return { version: text.startsWith('devel') ? `${match[1]}-devel` : match[1] }
}

/** The text is between two markers of 16 bytes; lines are `path|mod|dep <TAB> path <TAB> version`. */
const parseModules = (text: string): Omit<GoFacts, 'version'> => {
  const lines = (text.length > 32 ? text.slice(16, -16) : '').split('\n').map((line) => line.split('\t'))
  const main = lines.find(([kind]) => kind === 'mod')?.[1] ?? lines.find(([kind]) => kind === 'path')?.[1]
  const dependencies = lines
    .filter(([kind]) => kind === 'dep')
    .slice(0, MAX_DEPENDENCIES)
    .map(([, path, version]) => `${path}@${version ?? ''}`)
  return { ...(main ? { main } : {}), dependencies }
}

const readBuildInfo = (program: Program, offset: number): GoFacts => {
  const header = program.read(offset, HEADER_BYTES)
  if (header.length < HEADER_BYTES) return { dependencies: [] }
  const isInline = ((header[15] ?? 0) & FLAG_INLINE) !== 0
  const [version, modules] = isInline ? inlineStrings(program.read, offset) : pointedStrings(program, header)
  return { ...versionOf(version), ...parseModules(modules) }
}

/** Facts of a Go program, even a stripped one; undefined if it was not built by Go. */
export const parseGoBuildInfo = (program: Program): GoFacts | undefined => {
  const offset = findBuildInfo(program)
  if (offset !== undefined) return readBuildInfo(program, offset)
  const hasGoSections = program.sections.some(({ name }) => name === '.gopclntab' || name === '.note.go.buildid')
  return hasGoSections ? { dependencies: [] } : undefined
}
