import { RE2JS, RE2JSException } from 're2js'
import type { ActionSpec } from '../../api/kinds/action.ts'
import type { Problem } from '../../destinations/fields.ts'
import { problem } from '../../destinations/fields.ts'
import { ownProcessors } from './actions.ts'

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

/** Each character of each value is compared with so many instructions, in the worst case. */
const MAX_INSTRUCTIONS = 5_000

const invalid = (words: string): string => `is not a valid RE2 regular expression: ${words}`

/** Why a collector would not start with a regular expression, or not keep up. re2js is a translation of Go's package regexp. */
const patternFault = (pattern: string): string | undefined => {
  try {
    if (RE2JS.compile(pattern).programSize() > MAX_INSTRUCTIONS)
      return 'is too complex, and would slow collectors down; use smaller numbers of repetitions'
  } catch (error) {
    if (error instanceof RE2JSException) return invalid(error.message)
    throw error
  }
  const unknown = unknownClass(pattern)
  return unknown && invalid(`invalid character class range: ${unknown}`)
}

/** Ordinary text: words, digits, spaces and punctuation. */
const TEXT = 'a-1 B.'

/** Whether the empty text between characters matches, so that **** would be inserted. What follows a match directly is no match to Go. */
const matchesBetween = (pattern: string): boolean => {
  const matcher = RE2JS.compile(pattern).matcher(TEXT)
  for (let end = -1; matcher.find(); end = matcher.end())
    if (matcher.start() === matcher.end() && matcher.start() !== end) return true
  return false
}

const maskFault = (pattern: string): string | undefined =>
  patternFault(pattern) ??
  (matchesBetween(pattern)
    ? 'matches the empty text between characters, where **** would be inserted; use + in place of *, and no empty alternative'
    : undefined)

interface Pattern {
  path: string
  pattern: string | undefined
  faultOf: (pattern: string) => string | undefined
}

const patternsOf = ({ maskAttributes, maskValues, dropTelemetry }: ActionSpec): Pattern[] => [
  { path: 'maskAttributes.pattern', pattern: maskAttributes?.pattern, faultOf: maskFault },
  { path: 'maskValues.pattern', pattern: maskValues?.pattern, faultOf: maskFault },
  { path: 'dropTelemetry.namePattern', pattern: dropTelemetry?.namePattern, faultOf: patternFault },
  ...(dropTelemetry?.attributes ?? []).map(({ pattern }, index) => ({
    path: `dropTelemetry.attributes[${index}].pattern`,
    pattern,
    faultOf: patternFault,
  })),
]

/** Of a ConfigMap, which holds 1 MiB with everything. */
const MAX_KIB = 768

/** How much of the configuration an Action takes, without what its selectors match. */
const kibOf = (spec: ActionSpec): number =>
  Math.ceil(JSON.stringify(ownProcessors([{ metadata: { name: '', namespace: '' }, spec }])).length / 1024)

const sizeProblem = (spec: ActionSpec): Problem | undefined => {
  const kib = kibOf(spec)
  const message = `the Action takes ${kib} KiB of the configuration of collectors, and may take ${MAX_KIB}: use fewer or shorter names and values, or an Action for each signal`
  return kib > MAX_KIB ? problem('InvalidField', message) : undefined
}

/** Why an Action cannot be applied: a collector would reject its whole configuration, or do something else than is meant. */
export const actionProblem = (spec: ActionSpec): Problem | undefined => {
  if (spec.disabled) return problem('Disabled', 'the Action is disabled')
  for (const { path, pattern, faultOf } of patternsOf(spec)) {
    const fault = pattern === undefined ? undefined : faultOf(pattern)
    if (fault !== undefined) return problem('InvalidField', `${path} ${fault}`)
  }
  return sizeProblem(spec)
}
