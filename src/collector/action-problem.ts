import type { ActionSpec } from '../api/kinds/action.ts'
import type { Problem } from '../destinations/fields.ts'
import { problem } from '../destinations/fields.ts'

/** RE2 has no look-around, and no reference to a group: `\1`; of `\k`, `\u`, `\c` and the like it knows nothing. */
const NOT_IN_RE2 = /\(\?(?:<?[=!])|\\[1-9ceghijklmoquyXGHIJKLMNORTUVYZ]/
/** Go's RE2 repeats at most 1,000 times, where repeats within repeats are multiplied (regexp/syntax, `repeatIsValid`). */
const MOST_REPEATS = 1000
/** An escape, a class, a repeat with its numbers, or one character. */
const TOKENS = /\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|[\s\S]/g
/** Flags for the whole and names of groups, which JavaScript writes another way. */
const asJavaScript = (pattern: string): string => pattern.replace(/^\(\?[imsU]+\)/, '').replaceAll('(?P<', '(?<')

const repeatsTooOften = (pattern: string): boolean => {
  const outer: number[] = []
  let most = 1
  let last = 1
  for (const [token, least, upTo] of pattern.matchAll(TOKENS)) {
    if (token === '(') {
      outer.push(most)
      most = 1
    } else if (token === ')') {
      last = most
      most = Math.max(most, outer.pop() ?? 1)
    } else {
      last = least === undefined ? 1 : last * Math.max(1, Number(least), Number(upTo || 0))
      most = Math.max(most, last)
    }
  }
  return most > MOST_REPEATS
}

const isRegularExpression = (pattern: string): boolean => {
  try {
    return new RegExp(asJavaScript(pattern)).source.length > 0
  } catch {
    return false
  }
}

/** Why an Action cannot be done; a collector would refuse its whole configuration for it. */
export const actionProblem = (spec: ActionSpec): Problem | undefined => {
  if (spec.disabled) return problem('Disabled', 'the Action is disabled')
  const pattern = spec.maskAttributes?.pattern
  if (pattern === undefined) return undefined
  const isRe2 = !NOT_IN_RE2.test(pattern) && !repeatsTooOften(pattern) && isRegularExpression(pattern)
  return isRe2 ? undefined : problem('InvalidField', 'maskAttributes.pattern is no regular expression in RE2 syntax')
}
