/** Parts of the ELF format that the parsers share. Pure. */

/** Reads bytes of the file from `offset`; fewer at its end. They may be in `scratch`, which the caller reuses. */
export type ReadRange = (offset: number, length: number, scratch?: Buffer) => Buffer

export interface Segment {
  type: number
  isWritable: boolean
  offset: number
  address: number
  size: number
}
export interface Section {
  name: string
  offset: number
  address: number
  size: number
}

/** Segments that are loaded into memory. */
export const PT_LOAD = 1

/** File offset of a virtual address. */
export const offsetOf = (segments: readonly Segment[], address: number): number | undefined => {
  const segment = segments.find(
    (candidate) =>
      candidate.type === PT_LOAD && address >= candidate.address && address < candidate.address + candidate.size,
  )
  return segment && segment.offset + (address - segment.address)
}
