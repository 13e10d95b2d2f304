const VERSION = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/

const compareNumbers = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((part, i) => part !== b[i])
  return at < 0 ? 0 : Math.sign((a[at] ?? 0) - (b[at] ?? 0))
}

/** A pre-release comes before its release (Semantic Versioning, 11). */
const comparePreReleases = (a: string | undefined, b: string | undefined): number => {
  if (a === b) return 0
  if (a === undefined) return 1
  if (b === undefined) return -1
  return Math.sign(a.localeCompare(b, 'en', { numeric: true }))
}

const partsOf = (version: string): { numbers: number[]; preRelease: string | undefined } => {
  const [, major, minor, patch, preRelease] = VERSION.exec(version) ?? []
  return { numbers: [major, minor, patch].map((part) => Number(part ?? 0)), preRelease }
}

/** Negative where `a` is the older of two semantic versions; what is no version is older than all. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [partsOf(a), partsOf(b)]
  return compareNumbers(left.numbers, right.numbers) || comparePreReleases(left.preRelease, right.preRelease)
}
