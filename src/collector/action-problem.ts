import type { ActionSpec } from '../api/kinds/action.ts'
import type { Problem } from '../destinations/fields.ts'
import { problem } from '../destinations/fields.ts'

/** RE2 has no look-around, no back-references such as `\1`, and no `\k`, `\u`, `\c` and the like. */
const NOT_IN_RE2 = /\(\?(?:<?[=!])|\\[1-9ceghijklmoquyXGHIJKLMNORTUVYZ]/
/** Go's RE2 allows a maximum of 1,000 repeats; nested repeats are multiplied (regexp/syntax, `repeatIsValid`). */
const MAX_REPEATS = 1000
/** An escape, a class, a repeat with its counts, or one character. */
const TOKENS = /\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|[\s\S]/g
/** Global flags and names of groups, whose syntax differs in JavaScript. */
const asJavaScript = (pattern: string): string => pattern.replace(/^\(\?[imsU]+\)/, '').replaceAll('(?P<', '(?<')

const repeatsTooOften = (pattern: string): boolean => {
  const outer: number[] = []
  let maximum = 1
  let last = 1
  for (const [token, minimum, upTo] of pattern.matchAll(TOKENS)) {
    if (token === '(') {
      outer.push(maximum)
      maximum = 1
    } else if (token === ')') {
      last = maximum
      maximum = Math.max(maximum, outer.pop() ?? 1)
    } else {
      last = minimum === undefined ? 1 : last * Math.max(1, Number(minimum), Number(upTo || 0))
      maximum = Math.max(maximum, last)
    }
  }
  return maximum > MAX_REPEATS
}

const isRegularExpression = (pattern: string): boolean => {
  try {
    return new RegExp(asJavaScript(pattern)).source.length > 0
  } catch {
    return false
  }
}

/** Why an Action cannot be applied: a collector would reject its whole configuration. */
export const actionProblem = (spec: ActionSpec): Problem | undefined => {
  if (spec.disabled) return problem('Disabled', 'the Action is disabled')
  const pattern = spec.maskAttributes?.pattern
  if (pattern === undefined) return undefined
  const isRe2 = !NOT_IN_RE2.test(pattern) && !repeatsTooOften(pattern) && isRegularExpression(pattern)
  return isRe2 ? undefined : problem('InvalidField', 'maskAttributes.pattern is not a valid RE2 regular expression')
}
