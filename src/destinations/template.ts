/**
 * Templates of the catalogue: YAML in which strings contain `{{field}}`, and objects can contain operators:
 * `$when: cond` keeps the object only if the condition matches; `$merge: field` adds the pairs of a keyvalue field to
 * it; `{ $split: field }` splits a value at commas; `{ $not: field }` negates a boolean;
 * `{ $choose: field, a: 1, b: 2 }` maps an option to a value. Entries that refer to an empty field are omitted, and so
 * are objects that lose all of their entries that way.
 */
export type FieldValue = string | number | boolean | Record<string, string>
export type FieldValues = ReadonlyMap<string, FieldValue>

const OMITTED = Symbol('omitted')
type Filled = unknown

const REFERENCE = /\{\{([A-Za-z0-9$.]+)\}\}/g
const WHOLE_REFERENCE = /^\{\{([A-Za-z0-9$.]+)\}\}$/
const CONDITION = /^([A-Za-z0-9]+)(?:(!?=)(.*))?$/
const FIELD_OPERATORS = ['$merge', '$split', '$not', '$choose'] as const

const isObject = (node: unknown): node is Record<string, unknown> =>
  typeof node === 'object' && node !== null && !Array.isArray(node)

/** Evaluates `field`, `field=value` or `field!=value`. A field alone means that it is set and not `false`. */
export const conditionHolds = (condition: string, values: FieldValues): boolean => {
  const [, field = '', operator, expected] = CONDITION.exec(condition) ?? []
  const value = values.get(field)
  if (operator === undefined) return value !== undefined && value !== false
  return (value !== undefined && String(value) === expected) === (operator === '=')
}

const fillString = (text: string, values: FieldValues): Filled => {
  const whole = WHOLE_REFERENCE.exec(text)?.[1]
  if (whole !== undefined) return values.get(whole) ?? OMITTED
  const names = [...text.matchAll(REFERENCE)].map((match) => match[1] ?? '')
  if (names.some((name) => !values.has(name))) return OMITTED
  return text.replaceAll(REFERENCE, (_, name: string) => String(values.get(name)))
}

const split = (value: FieldValue | undefined): Filled => {
  const parts = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : []
  const filled = parts.filter((part) => part !== '')
  return filled.length > 0 ? filled : OMITTED
}

/** Renders a node. */
type Fill = (node: unknown, values: FieldValues) => Filled

/** The value of an object that is an operator, or undefined if it is none. */
const fillOperator = (
  node: Record<string, unknown>,
  values: FieldValues,
  fill: Fill,
): { result: Filled } | undefined => {
  if (typeof node['$split'] === 'string') return { result: split(values.get(node['$split'])) }
  if (typeof node['$not'] === 'string') return { result: values.get(node['$not']) !== true }
  if (typeof node['$choose'] !== 'string') return undefined
  const chosen = node[String(values.get(node['$choose']))]
  return { result: chosen === undefined ? OMITTED : fill(chosen, values) }
}

/** Pairs without those of the names, which are headers: they are the same to HTTP if they differ by case only. */
const pairsWithout = (pairs: Record<string, unknown>, names: readonly string[]): Record<string, unknown> => {
  const taken = new Set(names.map((name) => name.toLowerCase()))
  return Object.fromEntries(Object.entries(pairs).filter(([name]) => !taken.has(name.toLowerCase())))
}

const fillEntries = (node: Record<string, unknown>, values: FieldValues, fill: Fill): Filled => {
  const { $when: _when, $merge: merge, ...entries } = node
  const merged = typeof merge === 'string' ? values.get(merge) : undefined
  const own: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(entries)) {
    const filledKey = fillString(key, values)
    const filled = fill(value, values)
    if (filled !== OMITTED && typeof filledKey === 'string') own[filledKey] = filled
  }
  const result = isObject(merged) ? { ...pairsWithout(merged, Object.keys(own)), ...own } : own
  const lostAll = Object.keys(node).length > 0 && Object.keys(result).length === 0
  return lostAll ? OMITTED : result
}

const fill: Fill = (node, values) => {
  if (typeof node === 'string') return fillString(node, values)
  if (Array.isArray(node)) return node.map((item) => fill(item, values)).filter((item) => item !== OMITTED)
  if (!isObject(node)) return node
  if (typeof node['$when'] === 'string' && !conditionHolds(node['$when'], values)) return OMITTED
  const operator = fillOperator(node, values, fill)
  return operator ? operator.result : fillEntries(node, values, fill)
}

/** Renders a template; undefined if nothing is left of it. */
export const fillTemplate = (
  template: Record<string, unknown>,
  values: FieldValues,
): Record<string, unknown> | undefined => {
  const filled = fill(template, values)
  return isObject(filled) ? filled : undefined
}

/** Names of all fields that a template refers to. */
export const referencesOf = (node: unknown): string[] => {
  if (typeof node === 'string')
    return [...node.matchAll(REFERENCE)].map((match) => match[1] ?? '').filter((name) => !name.startsWith('$'))
  if (Array.isArray(node)) return node.flatMap(referencesOf)
  if (!isObject(node)) return []
  const operators = FIELD_OPERATORS.flatMap((operator) => (typeof node[operator] === 'string' ? [node[operator]] : []))
  const condition = typeof node['$when'] === 'string' ? [CONDITION.exec(node['$when'])?.[1] ?? node['$when']] : []
  return [...operators, ...condition, ...referencesOf(Object.keys(node)), ...referencesOf(Object.values(node))]
}
