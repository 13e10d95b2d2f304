import type { JsonPatchOperation } from '../../api/kubernetes.ts'

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const escaped = (key: string): string =>
  key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key

const compareFields = (before: Fields, after: Fields, path: string, operations: JsonPatchOperation[]): void => {
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) operations.push({ op: 'remove', path: `${path}/${escaped(key)}` })
  }
  for (const [key, value] of Object.entries(after)) {
    const member = `${path}/${escaped(key)}`
    if (Object.hasOwn(before, key)) compare(before[key], value, member, operations)
    else operations.push({ op: 'add', path: member, value })
  }
}

const isSameItem = (before: unknown, after: unknown): boolean =>
  Object.is(before, after) || (isFields(before) && isFields(after) && before['name'] === after['name'])

const compareLists = (before: unknown[], after: unknown[], path: string, operations: JsonPatchOperation[]): void => {
  const own: JsonPatchOperation[] = []
  let matched = 0
  for (const [index, item] of after.entries()) {
    if (matched < before.length && isSameItem(before[matched], item)) {
      compare(before[matched], item, `${path}/${index}`, own)
      matched += 1
    } else {
      // Items are added from the front on, so an index is right by the time it is used.
      own.push({ op: 'add', path: `${path}/${index}`, value: item })
    }
  }
  operations.push(...(matched === before.length ? own : [{ op: 'replace' as const, path, value: after }]))
}

const compare = (before: unknown, after: unknown, path: string, operations: JsonPatchOperation[]): void => {
  if (Object.is(before, after)) return
  if (isFields(before) && isFields(after)) compareFields(before, after, path, operations)
  else if (Array.isArray(before) && Array.isArray(after)) compareLists(before, after, path, operations)
  else operations.push({ op: 'replace', path, value: after })
}

/**
 * The JSON Patch (RFC 6902) from `before` to `after`, where `after` only adds: members, list items anywhere, and new
 * values of members. Parts that are the same object are skipped, so the cost is that of what was changed, and an item
 * that is put into a list is one operation instead of a rewrite of all that follow.
 */
export const additivePatch = (before: unknown, after: unknown): JsonPatchOperation[] => {
  const operations: JsonPatchOperation[] = []
  compare(before, after, '', operations)
  return operations
}
