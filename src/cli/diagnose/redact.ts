/** Takes out of texts what may be a secret; pure. What remains must still help to find a fault. */

export const REDACTED = '[redacted]'

/** Words in names of fields, variables and headers whose values are secret. */
const NAME =
  '(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_. ]?key|access[-_. ]?key|private[-_. ]?key|account[-_. ]?key|license[-_. ]?key|ingest(?:ion)?[-_. ]?key|credential|cookie|session[-_. ]?id|dsn|connection[-_. ]?string|honeycomb[-_]team)'
/** Only as the name of a field: in sentences they are words of errors. */
const FIELD_NAME = `(?:${NAME}|auth|authorization|signature|sig)`
/** As words of a name: `DB_PASSWORD` and `dbPassword`, and not `tokenizer` or `author`. */
const SECRET_NAME = new RegExp(`(?:^|[^a-z])${FIELD_NAME}s?(?:$|[^a-z])`, 'i')
const withBorders = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')

export const isSecretName = (name: string): boolean => SECRET_NAME.test(withBorders(name))

/** What follows a word in a longer name. */
const REST = String.raw`(?:value|header(?:value)?|data|text|string|file)?(?:[-_.\d][\w.-]{0,60})?`
const SEPARATOR = String.raw`\s*(?:=>|%3D|[=:])\s*`
const VALUE = [
  String.raw`\[redacted\]`,
  String.raw`\$\{env:\w+\}`,
  String.raw`\[[^\]\n]*\]`,
  String.raw`b?\\"(?:[^"\\]|\\(?!"))*\\"`,
  String.raw`b?"(?:[^"\\]|\\.)*"`,
  String.raw`b?'[^']*'`,
  String.raw`[^\s;&"'}\])]+`,
].join('|')

/** Values that tell nothing, or how a secret is found. */
const HARMLESS =
  /^(?:\\?["'])?(?:true|false|null|none|nil|undefined|\d{1,5}|\[redacted\]|\$\{env:\w+\})(?:\\?["'])?,?$/i

type Replace = readonly [pattern: RegExp, by: string | ((found: string, ...groups: string[]) => string)]

/** `name=value`, `name: value`, `"name": "value"`, `name => value`, also where the quotes are escaped. */
const PAIR = new RegExp(
  String.raw`((?:^|[^a-z])[\w.-]{0,60}?${NAME}s?${REST}(?:\\?["'])?${SEPARATOR})((?:Bearer|Basic|Token|ApiKey)\s+)?(${VALUE})`,
  'gi',
)
/** Credentials of HTTP: with their scheme, or as a list of Go. */
const AUTHORIZATION = new RegExp(
  String.raw`(\b(?:proxy-)?authorization(?:\\?["'])?${SEPARATOR})(?!\$\{env:)(\\?"[^"\\]*\\?"|\[[^\]\n]*\]|(?:[a-z][\w-]*\s+)?[^\s"']+)`,
  'gi',
)

/** In this order: what is long comes before its parts. */
const REPLACEMENTS: readonly Replace[] = [
  [/-----BEGIN [A-Z0-9 ]+-----[^]*?(?:-----END [A-Z0-9 ]+-----|$)/g, REDACTED],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*){0,3}/g, REDACTED],
  // User and password of a URL, also with signs that should be escaped; a digest is no host.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>/?#@:]*:[^\s"'<>]*@(?!sha256:)/gi, `$1${REDACTED}@`],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>/?#@]+@(?!sha256:)/gi, `$1${REDACTED}@`],
  [
    /([?&][\w.-]*(?:token|key|secret|sig|signature|password|auth|code|credential)[\w.-]*=)[^&\s"'#]+/gi,
    `$1${REDACTED}`,
  ],
  [
    /\b(hooks\.slack\.com\/services|discord(?:app)?\.com\/api\/webhooks|[\w.-]*webhook\.office\.com)\/[^\s"']+/gi,
    `$1/${REDACTED}`,
  ],
  [/\b((?:set-)?cookie\\?["']?\s*[:=])(?!\s*\[redacted\])[^\n"]*/gi, `$1 ${REDACTED}`],
  [AUTHORIZATION, (found, name = '', value = '') => (HARMLESS.test(value) ? found : `${name}${REDACTED}`)],
  [/\b((?:password|passwd|passphrase)\s*:[ \t]+)(?!\[redacted\])[^\n"',;{}]+/gi, `$1${REDACTED}`],
  [PAIR, (found, name = '', scheme = '', value = '') => (HARMLESS.test(value) ? found : `${name}${scheme}${REDACTED}`)],
  // `--password X`, and user and password of curl.
  [new RegExp(String.raw`((?:^|\s)--?[\w-]{0,60}?${NAME}s?${REST}\s+)(?![-\[])[^\s"']+`, 'gi'), `$1${REDACTED}`],
  [/((?:^|\s)(?:-u|--user)[ =])[^\s:"']+:[^\s"']+/g, `$1${REDACTED}`],
  [new RegExp(String.raw`(<[\w:.-]{0,60}?${NAME}s?[\w:.-]{0,60}>)[^<]+(?=</)`, 'gi'), `$1${REDACTED}`],
  [
    /\b(Bearer|Basic|Digest|Negotiate|Token|ApiKey|Api-Key|Splunk|GenieKey)\s+(?!token\b)(?=\S*\d)[\w.~+/=-]{6,}/gi,
    `$1 ${REDACTED}`,
  ],
  // By their own form: AWS, GitHub, GitLab, Slack, Google, Stripe and others, New Relic, Grafana, npm, Dynatrace.
  [
    /\b(?:A(?:KIA|SIA)[A-Z0-9]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|[sr]k_(?:live|test)_\w{16,}|sk-[\w-]{20,}|NRAK-\w{20,}|gl(?:sa|c)_[\w=]{20,}|npm_\w{30,}|dt0c01\.\w+\.\w+)/g,
    REDACTED,
  ],
  // Long words of letters of both cases and digits. Hexadecimal ones are digests and trace ids, and pass.
  [/(?<![\w+/=.-])(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])[\w+/-]{32,}={0,2}(?![\w./-])/g, REDACTED],
]

/** The text without what may be a secret. */
export const redactText = (text: string): string =>
  REPLACEMENTS.reduce((left, [pattern, by]) => left.replaceAll(pattern, by as string), text)
