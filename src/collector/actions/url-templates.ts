/** Paths of URLs with placeholders for what varies, as statements of the transform processor. */
import type { TemplateURLs } from '../../api/actions/template.ts'
import { literal, where } from '../ottl.ts'
import type { Statements } from './attributes.ts'

/** Attributes that hold a path; in `http.target` and in names of spans, a query may follow. */
const PATH_ATTRIBUTES = ['url.path', 'http.target']

/** The start of what holds a path: names of spans may have a method before it, as `GET /users/7` and `HTTP GET /users/7`. */
const METHOD = '(?:HTTP )?[A-Z]+ '
const START = `^(?P<method>(?:${METHOD})?)`
/** No brace, which no path has: what is a placeholder already stays. */
const VARIABLE = '[^/?#{]+'
const REST = '(?P<rest>/?(?:[?#].*)?)$'

const PLACEHOLDER = /\{\w+\}/

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The path of a template as a regular expression in RE2. */
const templatePattern = (template: string): string =>
  `(?s)${START}${template.split(PLACEHOLDER).map(escaped).join(VARIABLE)}${REST}`

/** In a replacement, `$` begins the name of a group. */
const templateReplacement = (template: string): string => `\${method}${template.replaceAll('$', '$$$$')}\${rest}`

const UUID = '[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}'
const ULID = '[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}'
const HEX = '[0-9A-Fa-f]{16,}'
const EMAIL = '[^/?#@{]+(?:@|%40)[^/?#@{]+\\.[^/?#@{]+'
const END = '(?P<end>[/?#]|$)'

const IDENTIFIERS: readonly [pattern: string, placeholder: string][] = [
  [`/(?:\\d+|${UUID}|${ULID}|${HEX})${END}`, '/{id}${end}'],
  [`/${EMAIL}${END}`, '/{email}${end}'],
]

/** Twice, because the slash after a match begins the next segment and is taken already. */
const identifierStatements = (path: string, condition: string): string[] =>
  IDENTIFIERS.flatMap(([pattern, replacement]) => {
    const statement = where(`replace_pattern(${path}, ${literal(pattern)}, ${literal(replacement)})`, condition)
    return [statement, statement]
  })

/** Where a path stands, and when. */
interface Place {
  path: string
  when: string
}

const placesOf = (context: string): Place[] => {
  const attributes = PATH_ATTRIBUTES.map((name) => `${context}.attributes[${literal(name)}]`)
  const places = attributes.map((path) => ({ path, when: `IsString(${path})` }))
  // The name has the route where the instrumentation knows one.
  const isNamedByPath = [
    '(span.kind == SPAN_KIND_SERVER or span.kind == SPAN_KIND_CLIENT)',
    'span.attributes["http.route"] == nil',
    `IsMatch(span.name, ${literal(`^(?:${METHOD})?/`)})`,
  ].join(' and ')
  return context === 'span' ? [...places, { path: 'span.name', when: isNamedByPath }] : places
}

/** The value before, as long as it is the one to be replaced. */
const statementsAt = (
  { path, when }: Place,
  before: string,
  { templates = [], identifiers }: TemplateURLs,
  condition: string | undefined,
): string[] => {
  const isUnchanged = `${before} != nil and ${path} == ${before}`
  const matched = templates.map((template) =>
    where(
      `replace_pattern(${path}, ${literal(templatePattern(template))}, ${literal(templateReplacement(template))})`,
      isUnchanged,
    ),
  )
  const found =
    identifiers === 'Replace'
      ? [where(`set(${before}, "")`, `${before} != nil`, `${path} != ${before}`)].concat(
          identifierStatements(path, `${before} != nil and ${before} != ""`),
        )
      : []
  return [where(`set(${before}, ${path})`, when, condition), ...matched, ...found]
}

export const templateURLStatements =
  (templates: TemplateURLs): Statements =>
  (context, condition) =>
    placesOf(context).flatMap((place, index) =>
      statementsAt(place, `${context}.cache["path${index}"]`, templates, condition),
    )
