/**
 * Queries of databases with `?` for literals, as statements of the transform processor. Patterns read a query as a lexer does, token by token
 * from its start to its end, so that what is in quotes or in a comment begins nothing else. RE2 can look neither ahead nor back: what is not
 * replaced is matched, too, and put back. Where it cannot be known where a literal ends, everything after it is replaced.
 */
import type { TemplateQueries } from '../../api/actions/template.ts'
import { literal, where } from '../ottl.ts'
import type { Statements } from './attributes.ts'

export const QUERY_ATTRIBUTES = ['db.query.text', 'db.statement']

/** Stands for comments and for the end of the text; it is in no query otherwise, because it is replaced first. */
const MARK = '\u001f'
const UNTIL_END = '[^\\x1f]*'

interface Dialect {
  name: string
  /** Pattern of db.system.name and db.system; absent for all others. */
  systems?: string
  /** Whether a backslash before a quote takes it into the text. In the others it is told by nothing, so that the text may end there or not. */
  hasBackslash?: boolean
  /** Whether what is in double quotes is a name. */
  hasQuotedNames?: boolean
  hasHashComments?: boolean
}

/** Names that no system has. */
const DIALECTS: readonly Dialect[] = [
  { name: '#mysql', systems: 'mysql|mariadb', hasBackslash: true, hasHashComments: true },
  {
    name: '#standard',
    systems:
      'postgresql|cockroachdb|redshift|oracle|oracle\\.db|mssql|microsoft\\.sql_server|db2|ibm\\.db2|h2|h2database|hsqldb|derby|sqlite|trino|teradata|sap\\.hana|hanadb',
    hasQuotedNames: true,
  },
  { name: '#other' },
]

const text = (quote: string, hasBackslash: boolean): string =>
  `${quote}(?:[^${quote}\\\\]|\\\\${hasBackslash ? '.' : `[^${quote}]`}|${quote}${quote})*${quote}|${quote}${UNTIL_END}`

/** Text in quotes of any kind: with a backslash in PostgreSQL, with brackets in Oracle, with dollars, where a tag cannot be found again. */
const texts = ({ hasBackslash = false, hasQuotedNames }: Dialect): string[] => [
  `[eE](?:${text("'", true)})`,
  `[qQ]'(?:\\[.*?\\]|\\{.*?\\}|\\(.*?\\)|<.*?>|!.*?!)'|[qQ]'${UNTIL_END}`,
  text("'", hasBackslash),
  ...(hasQuotedNames ? [] : [text('"', hasBackslash)]),
  `\\$\\$(?:[^$]|\\$[^$])*\\$\\$|\\$\\$${UNTIL_END}`,
  `\\$[\\pL_][\\pL\\pN_]*\\$${UNTIL_END}`,
]
const NUMBERS = ['\\d+(?:\\.\\d*)?[eE][+-]?\\d+', '\\.?\\d[\\w.]*']
const NAMES = ['"(?:[^"]|"")*"', '`[^`]*`', '[\\pL_][\\pL\\pN_$]*', '\\$\\d+']
const comments = ({ hasHashComments }: Dialect): string[] => [
  '--[^\\n\\x1f]*',
  '/\\*(?:[^*]|\\*+[^*/])*\\*+/',
  `/\\*${UNTIL_END}`,
  ...(hasHashComments ? ['#[^\\n\\x1f]*'] : []),
]

/** At each token, what is replaced comes first, and any character last, so that there is one way only to read a text. */
const lexer = (replaced: readonly string[], kept: readonly string[]): string =>
  `(?s)(?P<kept>(?:${[...kept, '.'].join('|')})*?)(?:${[...replaced, '\\z'].join('|')})`

const withoutComments = (dialect: Dialect): string => {
  const names = dialect.hasQuotedNames ? NAMES : NAMES.slice(1)
  return lexer(comments(dialect), [...texts(dialect), ...names])
}
const withoutLiterals = (dialect: Dialect): string => {
  const names = dialect.hasQuotedNames ? NAMES : NAMES.slice(1)
  return lexer([...texts(dialect), ...NUMBERS], names)
}

const replace = (path: string, pattern: string, replacement: string, ...conditions: string[]): string =>
  where(`replace_pattern(${path}, ${literal(pattern)}, ${literal(replacement)})`, ...conditions)

const queryStatements = (query: string, dialect: string): string[] => {
  const isQuery = [`IsString(${query})`, `${dialect} != nil`]
  // To look for them costs as much as all the rest.
  const mayHaveComments = `IsMatch(${query}, ${literal('--|/\\*|#')})`
  return [
    replace(query, '\\x1f', ' ', ...isQuery),
    where(`set(${query}, Concat([${query}, ${literal(MARK)}], ""))`, ...isQuery, `not ${mayHaveComments}`),
    ...DIALECTS.flatMap((each) => {
      const isDialect = [`IsString(${query})`, `${dialect} == ${literal(each.name)}`]
      return [
        // The end of the text is replaced as a comment and as a literal is.
        replace(query, withoutComments(each), `\${kept}${MARK}`, ...isDialect, mayHaveComments),
        replace(query, withoutLiterals(each), '${kept}?', ...isDialect),
      ]
    }),
    replace(query, '\\x1f\\?\\z', MARK, ...isQuery),
    replace(query, '\\s*\\x1f[\\s\\x1f]*', ' ', ...isQuery),
    where(`set(${query}, Trim(${query}, ${literal(' \t\r\n')}))`, ...isQuery),
    // As long as the list may be.
    replace(
      query,
      '(?P<in>(?i:\\bin)\\s*\\(\\s*)[+-]?\\?(?:\\s*,\\s*[+-]?\\?)+(?P<end>\\s*\\))',
      '${in}?${end}',
      ...isQuery,
      `IsMatch(${query}, ${literal('\\?\\s*,\\s*[+-]?\\?')})`,
    ),
  ]
}

/** The dialect by the name of the system, where the Action applies. */
const dialectStatements = (context: string, dialect: string, condition: string | undefined): string[] => {
  const systems = ['db.system', 'db.system.name'].map((name) => `${context}.attributes[${literal(name)}]`)
  return [
    where(`set(${dialect}, "")`, condition),
    ...systems.map((system) => where(`set(${dialect}, ${system})`, `IsString(${system})`, condition)),
    ...DIALECTS.map(({ name, systems: known }) =>
      where(
        `set(${dialect}, ${literal(name)})`,
        `${dialect} != nil`,
        known
          ? `IsMatch(${dialect}, ${literal(`^(?i:${known})$`)})`
          : DIALECTS.flatMap((other) => (other.systems ? [`${dialect} != ${literal(other.name)}`] : [])).join(' and '),
      ),
    ),
  ]
}

export const templateQueryStatements =
  ({ attributes = QUERY_ATTRIBUTES }: TemplateQueries): Statements =>
  (context, condition) => {
    const dialect = `${context}.cache["dialect"]`
    return [
      ...dialectStatements(context, dialect, condition),
      ...attributes.flatMap((name) => queryStatements(`${context}.attributes[${literal(name)}]`, dialect)),
    ]
  }
