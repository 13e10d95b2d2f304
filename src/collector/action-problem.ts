import type { ActionSpec } from '../api/kinds/action.ts'
import type { Problem } from '../destinations/fields.ts'
import { problem } from '../destinations/fields.ts'

/** RE2 has no look-around, and no reference to a group: `\1`; of `\k`, `\u`, `\c` and the like it knows nothing. */
const NOT_IN_RE2 = /\(\?(?:<?[=!])|\\[1-9ceghijklmoquyXGHIJKLMNORTUVYZ]/
/** RE2 repeats at most 1,000 times. */
const REPEATS = /\{(\d+)(?:,(\d*))?\}/g
/** Flags for the whole and names of groups, which JavaScript writes another way. */
const asJavaScript = (pattern: string): string => pattern.replace(/^\(\?[imsU]+\)/, '').replaceAll('(?P<', '(?<')

const repeatsTooOften = (pattern: string): boolean =>
  [...pattern.matchAll(REPEATS)].some(([, least, most]) => Math.max(Number(least), Number(most || 0)) > 1000)

const isRegularExpression = (pattern: string): boolean => {
  try {
    return new RegExp(asJavaScript(pattern)).source.length > 0
  } catch {
    return false
  }
}

/** Why an Action cannot be done; a collector would refuse its whole configuration for it. */
export const actionProblem = (spec: ActionSpec): Problem | undefined => {
  if (spec.disabled) return problem('Disabled', 'the Action is switched off')
  const pattern = spec.maskAttributes?.pattern
  if (pattern === undefined) return undefined
  const isRe2 = !NOT_IN_RE2.test(pattern) && !repeatsTooOften(pattern) && isRegularExpression(pattern)
  return isRe2 ? undefined : problem('InvalidField', 'maskAttributes.pattern is no regular expression in RE2 syntax')
}
