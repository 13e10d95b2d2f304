const numbersOf = (version: string): number[] => (version.match(/\d+/g) ?? []).map(Number)

const compareVersions = (a: string, b: string): number => {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  const at = left.findIndex((number, i) => number !== (right[i] ?? -1))
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1)
}

/** A version can come from a file or variable of the image, with arbitrary content. */
const isVersion = (text: string | undefined): text is string => text !== undefined && /^[\w.+~-]{1,64}$/.test(text)

/** If versions differ, the agent for the oldest is safe for all. */
export const lowestVersion = (versions: readonly (string | undefined)[]): string | undefined =>
  versions.filter(isVersion).toSorted(compareVersions)[0]
