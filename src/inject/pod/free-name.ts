/**
 * An unused name: `base`, or `base-2`, `base-3` … A taken name is reused if `isOurs` reports that an earlier admission
 * added it.
 */
export const freeName = (
  base: string,
  taken: ReadonlySet<string>,
  isOurs: (name: string) => boolean,
  separator = '-',
): string => {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}${separator}${count}`
    if (!taken.has(name) || isOurs(name)) return name
  }
}
