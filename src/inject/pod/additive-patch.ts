import type { Fields } from '../../api/types/fields.ts'
import { isFields } from '../../api/types/fields.ts'
import type { JsonPatchOperation } from '../../api/kubernetes.ts'

/** Two values at the same path. */
interface Pair {
  path: string
  before: unknown
  after: unknown
}

/** An operation, or two values still to be compared. */
type Step = JsonPatchOperation | Pair

const escaped = (key: string): string =>
  key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key

const fieldSteps = (before: Fields, after: Fields, path: string): Step[] => {
  const steps: Step[] = []
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) steps.push({ op: 'remove', path: `${path}/${escaped(key)}` })
  }
  for (const [key, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, key)) steps.push({ op: 'add', path: `${path}/${escaped(key)}`, value })
    else if (!Object.is(before[key], value)) {
      steps.push({ path: `${path}/${escaped(key)}`, before: before[key], after: value })
    }
  }
  return steps
}

const isSameItem = (before: unknown, after: unknown): boolean =>
  Object.is(before, after) || (isFields(before) && isFields(after) && before['name'] === after['name'])

const listSteps = (before: unknown[], after: unknown[], path: string): Step[] => {
  const steps: Step[] = []
  let matched = 0
  for (const [index, item] of after.entries()) {
    if (matched < before.length && isSameItem(before[matched], item)) {
      if (!Object.is(before[matched], item)) {
        steps.push({ path: `${path}/${index}`, before: before[matched], after: item })
      }
      matched += 1
    } else {
      // Items are added front to back, so each index is valid when it is applied.
      steps.push({ op: 'add', path: `${path}/${index}`, value: item })
    }
  }
  return matched === before.length ? steps : [{ op: 'replace', path, value: after }]
}

const stepsOf = ({ before, after, path }: Pair): Step[] => {
  if (isFields(before) && isFields(after)) return fieldSteps(before, after, path)
  if (Array.isArray(before) && Array.isArray(after)) return listSteps(before, after, path)
  return [{ op: 'replace', path, value: after }]
}

const operationsOf = (pair: Pair): JsonPatchOperation[] =>
  stepsOf(pair).flatMap((step) => ('op' in step ? [step] : operationsOf(step)))

/**
 * The JSON Patch (RFC 6902) from `before` to `after`, where `after` only adds: members, list items anywhere, and new
 * values of members. Identical objects are skipped, so the cost depends on the changes alone, and an inserted list item
 * is one operation instead of a rewrite of all items after it.
 */
export const additivePatch = (before: unknown, after: unknown): JsonPatchOperation[] =>
  Object.is(before, after) ? [] : operationsOf({ path: '', before, after })
