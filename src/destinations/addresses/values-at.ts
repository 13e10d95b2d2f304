const isMap = (node: unknown): node is Record<string, unknown> =>
  typeof node === 'object' && node !== null && !Array.isArray(node)

/** Paths and values of all keys of a configuration that match, but for those within such a value. */
export const valuesAt = (config: Record<string, unknown>, keys: RegExp, path = ''): [string, unknown][] =>
  Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
    if (keys.test(key)) return [[`${path}${key}`, value]]
    return isMap(value) ? valuesAt(value, keys, `${path}${key}.`) : []
  })
