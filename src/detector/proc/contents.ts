/**
 * What rules read of a container, by path: a file; the names in a folder (`/lib/`) or of interest in an archive
 * (`/app.jar!/`), one a line; or a file in an archive (`/agent.jar!/META-INF/MANIFEST.MF`).
 */
import { fstatSync, readdirSync, readSync } from 'node:fs'
import type { ReadRange } from '../binary/elf-format.ts'
import { zipContent, zipEntries } from '../binary/zip.ts'
import type { RootedFile } from './rooted-file.ts'
import { openRooted, readRooted, resolveRooted } from './rooted-file.ts'

const MAX_FILE = 256 * 1024
const MAX_NAMES = 5000
const IN_ARCHIVE = '!/'
/** Libraries in an archive, and classes of one that was put together from several. */
const OF_INTEREST = /\.jar$|^io\/opentelemetry\/(?:sdk\/trace|exporter)\/.*\.class$/

/** Reads parts of an open file. */
export const rangeOf = (file: number): { range: ReadRange; size: number } => {
  const { size } = fstatSync(file)
  return {
    size,
    range: (offset, length, scratch) => {
      const available = Math.max(0, Math.min(length, size - offset))
      const bytes = scratch ?? Buffer.allocUnsafe(available)
      return bytes.subarray(0, available === 0 ? 0 : readSync(file, bytes, 0, available, offset))
    },
  }
}

type Place = Omit<RootedFile, 'maxBytes'>

const textOf = (names: readonly string[]): string => names.slice(0, MAX_NAMES).join('\n')

const archiveNames = (place: Place): string | undefined =>
  openRooted(place, (file) => {
    const { range, size } = rangeOf(file)
    return textOf(
      zipEntries(range, size)
        .map(({ name }) => name)
        .filter((name) => OF_INTEREST.test(name)),
    )
  })

const archiveContent = (place: Place, name: string): string | undefined =>
  openRooted(place, (file) => {
    const { range, size } = rangeOf(file)
    const entry = zipEntries(range, size).find((each) => each.name === name)
    return entry && zipContent(range, entry)
  })

const folderNames = (place: Place): string | undefined =>
  resolveRooted(place, (file, folder) => (file === undefined ? textOf(readdirSync(folder).toSorted()) : undefined))

/** The content at a path in this notation; undefined if there is none. */
export const readContents = (place: Place): string | undefined => {
  const [archive = '', inside] = place.path.split(IN_ARCHIVE)
  if (inside === '') return archiveNames({ ...place, path: archive })
  if (inside !== undefined) return archiveContent({ ...place, path: archive }, inside)
  return place.path.endsWith('/') ? folderNames(place) : readRooted({ ...place, maxBytes: MAX_FILE })?.toString()
}
