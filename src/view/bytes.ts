/** Sizes as people read them; pure. */
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `12 MiB`: at most three digits. */
export const bytesText = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)))
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${UNITS[power]}`
}
