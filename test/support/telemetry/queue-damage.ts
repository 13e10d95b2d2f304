/** Kinds of damage that a power failure leaves in the file of a queue. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'

const PAGE = 4096
const LEAF = 2
const HEADER = 16

/** A file that is being damaged. */
interface Damaged {
  pages: number
  /** Numbers of the pages that look like leaves with something in them. */
  leaves: number[]
  write: (page: number, offset: number, bytes: Buffer) => void
  cut: (pages: number) => void
}

/** What each kind of damage touches: the numbers of the pages. */
type Kind = (file: Damaged) => number[]

/** The same each time, and unlike anything that a file holds. */
const noise = (length: number, seed: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 167 + seed * 101 + 13) % 251))

const each = (pages: readonly number[], damage: (page: number) => void): number[] => {
  for (const page of pages) damage(page)
  return [...pages]
}

const every = (step: number, pages: readonly number[]): number[] => pages.filter((_, index) => index % step === 0)

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)

export const DAMAGE: Record<string, Kind> = {
  'both meta pages': ({ write }) => each([0, 1], (page) => write(page, 0, noise(PAGE, page))),
  'bytes in pages': ({ leaves, write }) => each(every(5, leaves), (page) => write(page, 700, noise(64, page))),
  'page headers': ({ leaves, write }) => each(every(3, leaves), (page) => write(page, 0, noise(HEADER, page))),
  'every second page header': ({ pages, write }) =>
    each(every(2, numbers(2, pages)), (page) => write(page, 0, noise(HEADER, page))),
  'headers of leaf elements': ({ leaves, write }) =>
    each(every(4, leaves), (page) => write(page, HEADER, noise(HEADER, page))),
  'cut to half': ({ pages, cut }) => {
    cut(Math.floor(pages / 2))
    return numbers(Math.floor(pages / 2), pages)
  },
}

/** Damages a file; returns the numbers of the pages that are. */
export const damageFile = (path: string, kind: Kind): ReadonlySet<number> => {
  const descriptor = openSync(path, 'r+')
  try {
    const pages = Math.floor(fstatSync(descriptor).size / PAGE)
    const header = Buffer.alloc(HEADER)
    const isLeaf = (page: number): boolean => {
      readSync(descriptor, header, 0, HEADER, page * PAGE)
      return (
        header.readBigUInt64LE(0) === BigInt(page) && header.readUInt16LE(8) === LEAF && header.readUInt16LE(10) > 0
      )
    }
    const touched = kind({
      pages,
      leaves: numbers(2, pages).filter(isLeaf),
      write: (page, offset, bytes) => void writeSync(descriptor, bytes, 0, bytes.length, page * PAGE + offset),
      cut: (count) => ftruncateSync(descriptor, count * PAGE),
    })
    return new Set(touched)
  } finally {
    closeSync(descriptor)
  }
}
