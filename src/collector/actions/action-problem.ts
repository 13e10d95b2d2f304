import { RE2JS, RE2JSException } from 're2js'
import type { ActionSpec } from '../../api/kinds/action.ts'
import type { Problem } from '../../destinations/fields.ts'
import { problem } from '../../destinations/fields.ts'

/** Unicode classes by name, outside of \Q…\E, where they are refused without harm. */
const CLASS = /\\[pP]\{\^?([^}]*)\}/g
/** General categories; `Cn` and `LC` need a collector that was built with Go 1.25. */
const CATEGORY = /^(C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/
/** Scripts of Unicode 16 and 17, which Go does not know. */
const NEW_SCRIPT =
  /^(Garay|Gurung_Khema|Kirat_Rai|Ol_Onal|Sunuwar|Todhri|Tulu_Tigalari|Beria_Erfe|Sidetic|Tai_Yo|Tolong_Siki)$/

const isScript = (name: string): boolean => {
  try {
    return !NEW_SCRIPT.test(name) && new RegExp(`\\p{Script=${name}}`, 'u').unicode
  } catch {
    return false
  }
}

/** The first class that Go does not have: re2js also knows properties, such as `\p{Alphabetic}`. */
const unknownClass = (pattern: string): string | undefined =>
  Array.from(pattern.matchAll(CLASS)).find(([, name = '']) => !CATEGORY.test(name) && !isScript(name))?.[0]

/** Why a collector would not start with a regular expression; undefined if it would. re2js is a translation of Go's package regexp. */
const patternFault = (pattern: string): string | undefined => {
  try {
    RE2JS.compile(pattern)
  } catch (error) {
    if (error instanceof RE2JSException) return error.message
    throw error
  }
  const unknown = unknownClass(pattern)
  return unknown && `invalid character class range: ${unknown}`
}

/** Regular expressions of an Action, by their paths. */
const patternsOf = ({ maskAttributes, maskValues, dropTelemetry }: ActionSpec): [string, string | undefined][] => [
  ['maskAttributes.pattern', maskAttributes?.pattern],
  ['maskValues.pattern', maskValues?.pattern],
  ['dropTelemetry.namePattern', dropTelemetry?.namePattern],
  ...(dropTelemetry?.attributes ?? []).map(({ pattern }, index): [string, string | undefined] => [
    `dropTelemetry.attributes[${index}].pattern`,
    pattern,
  ]),
]

/** Why an Action cannot be applied: a collector would reject its whole configuration. */
export const actionProblem = (spec: ActionSpec): Problem | undefined => {
  if (spec.disabled) return problem('Disabled', 'the Action is disabled')
  for (const [name, pattern] of patternsOf(spec)) {
    const fault = pattern === undefined ? undefined : patternFault(pattern)
    if (fault !== undefined) return problem('InvalidField', `${name} is not a valid RE2 regular expression: ${fault}`)
  }
  return undefined
}
