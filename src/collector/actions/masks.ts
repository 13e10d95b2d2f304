/** What masks look for and how they replace it, as statements of the transform processor. */
import type { MaskWhat } from '../../api/actions/mask.ts'
import { literal, where } from '../ottl.ts'
import { KIND_PATTERNS } from './mask-kinds.ts'

const MASK = literal('****')

/** The regular expression of a mask. That of the user is last and in no group, which it could leave open, as `\\Q` does. */
export const maskPattern = ({ kinds = [], pattern }: MaskWhat): string =>
  [...kinds.map((kind) => KIND_PATTERNS[kind]), ...(pattern === undefined ? [] : [pattern])].join('|')

const replace = (path: string, pattern: string): string => `replace_pattern(${path}, ${pattern}, ${MASK})`

/**
 * Masks the values of some attributes. What a pattern matches must not pass because of its type: a number is masked as text, and what is
 * neither text nor a number as a whole, because a pattern says little about the text of a list. The values are masked in a copy, all at once:
 * a pattern can be long, and there can be many attributes.
 */
export const maskNamed = (
  context: string,
  names: readonly string[],
  what: MaskWhat,
  condition: string | undefined,
): string[] => {
  const copies = `${context}.cache["copies"]`
  const entries = names.map((name) => {
    const value = `${context}.attributes[${literal(name)}]`
    const isPlain = `(IsString(${value}) or IsInt(${value}) or IsDouble(${value}) or IsBool(${value}))`
    return { value, copy: `${copies}[${literal(name)}]`, isPlain }
  })
  return [
    where(`set(${copies}, ParseJSON("{}"))`, condition),
    ...entries.map(({ value, copy, isPlain }) => where(`set(${copy}, String(${value}))`, isPlain, condition)),
    where(`replace_all_patterns(${copies}, "value", ${literal(maskPattern(what))}, ${MASK})`, condition),
    ...entries.flatMap(({ value, copy }) => [
      where(`set(${value}, ${MASK})`, `${copy} == nil`, `${value} != nil`, condition),
      where(`set(${value}, ${copy})`, `${copy} != nil`, `${copy} != String(${value})`, condition),
    ]),
  ]
}

/** Paths of text in a context, besides attributes. */
const TEXTS: Partial<Record<string, readonly string[]>> = {
  spanevent: ['spanevent.name'],
  span: ['span.name', 'span.status.message'],
  log: ['log.event_name'],
}

/** In the JSON of attributes, one whose value is a list or a map; the same in a text, where quotes are escaped, costs time only. */
const HAS_NESTED = literal('":[[{]')

/**
 * Text in lists and maps, as in the fields of JSON or the headers of a request. Where something in them matches, they become entries of
 * their own (`a.b`, `a.0`), which is how the collector reaches it; otherwise they stay as they are.
 */
const maskNested = (
  context: string,
  target: string,
  pattern: string,
  copying: (flat: string) => string[],
): string[] => {
  const flat = `${context}.cache["flat"]`
  const masked = `${context}.cache["masked"]`
  return [
    ...copying(flat),
    where(`flatten(${flat})`, `${flat} != nil`),
    where(`set(${masked}, ${flat})`, `${flat} != nil`),
    where(`replace_all_patterns(${masked}, "value", ${pattern}, ${MASK})`, `${masked} != nil`),
    where(`set(${target}, ${masked})`, `${masked} != nil`, `${masked} != ${flat}`),
    where(`delete_key(${context}.cache, "masked")`, `${masked} != nil`),
    where(`delete_key(${context}.cache, "flat")`, `${flat} != nil`),
  ]
}

const maskAttributes = (context: string, pattern: string, condition: string | undefined): string[] => {
  const attributes = `${context}.attributes`
  return [
    where(`replace_all_patterns(${attributes}, "value", ${pattern}, ${MASK})`, condition),
    ...maskNested(context, attributes, pattern, (flat) => [
      where(`set(${flat}, ${attributes})`, `IsMatch(${attributes}, ${HAS_NESTED})`, condition),
    ]),
  ]
}

/** A map keeps its form, a list becomes a map if something in it matches, and anything else text. */
const maskBody = (pattern: string, condition: string | undefined): string[] => [
  ...maskNested('log', 'log.body', pattern, (flat) => [
    where(`set(${flat}, log.body)`, 'IsMap(log.body)', condition),
    where(`set(${flat}, ParseJSON("{}"))`, 'IsList(log.body)', condition),
    where(`set(${flat}["body"], log.body)`, 'IsList(log.body)', condition),
  ]),
  where(
    'set(log.body, String(log.body))',
    'log.body != nil',
    'not IsString(log.body)',
    `IsMatch(log.body, ${pattern})`,
    condition,
  ),
  where(replace('log.body', pattern), 'IsString(log.body)', condition),
]

/** Masks whatever matches in a context: attributes with text, names, status messages and bodies. */
export const maskContext = (context: string, what: MaskWhat, condition: string | undefined): string[] => {
  const pattern = literal(maskPattern(what))
  return [
    ...maskAttributes(context, pattern, condition),
    ...(TEXTS[context] ?? []).map((path) => where(replace(path, pattern), condition)),
    ...(context === 'log' ? maskBody(pattern, condition) : []),
  ]
}
