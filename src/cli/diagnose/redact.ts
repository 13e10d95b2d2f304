/** Takes out of texts and objects what may be a secret; pure. What remains must still help to find a fault. */
import { isFields } from '../../api/types/fields.ts'

export const REDACTED = '[redacted]'

/** Words in names of fields, variables, headers and parameters whose values are secret. */
const NAME =
  '(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_. ]?key|access[-_. ]?key|private[-_. ]?key|account[-_. ]?key|license[-_. ]?key|ingest(?:ion)?[-_. ]?key|credentials?|authorization|auth|cookie|session[-_. ]?id|signature|sig|dsn|connection[-_. ]?string)'
/** As words of a name: `DB_PASSWORD` and `dbPassword`, and not `tokenizer` or `author`. */
const SECRET_NAME = new RegExp(`(?:^|[^a-z])${NAME}s?(?:$|[^a-z])`, 'i')
const withBorders = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')

export const isSecretName = (name: string): boolean => SECRET_NAME.test(withBorders(name))

const PEM = /-----BEGIN [A-Z0-9 ]+-----[^]*?(?:-----END [A-Z0-9 ]+-----|$)/g
const JWT = /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*){0,3}/g
const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]+@/gi
const SCHEME = /\b(Bearer|Basic|Digest|Token|ApiKey|Api-Key|Splunk|GenieKey|NRAK)\s+(?!token\b)[\w.~+/=-]{6,}/gi
/** `name=value`, `name: value` and `"name": "value"`, also where the quotes are escaped. */
const VALUE = [
  String.raw`\[redacted\]`,
  String.raw`\$\{env:\w+\}`,
  String.raw`\\"(?:[^"\\]|\\(?!"))*\\"`,
  String.raw`"(?:[^"\\]|\\.)*"`,
  String.raw`'[^']*'`,
  String.raw`[^\s,;&"'}\])]+`,
].join('|')
const PAIR = new RegExp(
  String.raw`((?:^|[^a-z])[\w.-]{0,60}?${NAME}s?[\w.-]{0,60}(?:\\?["'])?\s*[=:]\s*)((?:Bearer|Basic|Token|ApiKey)\s+)?(${VALUE})`,
  'gi',
)
/** Keys by their own form: AWS, GitHub, GitLab, Slack, Google, Stripe and others, New Relic, Grafana, npm. */
const KNOWN_KEYS =
  /\b(?:A(?:KIA|SIA)[A-Z0-9]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|[sr]k_(?:live|test)_\w{16,}|sk-[\w-]{20,}|NRAK-\w{20,}|gl(?:sa|c)_[\w=]{20,}|npm_\w{30,}|dp\.[a-z]{2}\w{10,}|dt0c01\.\w+\.\w+)/g
/** Long words of letters of both cases and digits. Hexadecimal ones are digests and trace ids, and pass. */
const LONG_WORD = /(?<![\w+/=.-])(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])[\w+/-]{32,}={0,2}(?![\w./-])/g

/** Values that tell nothing, or that tell how a secret is found. */
const isHarmless = (value: string): boolean =>
  /^(?:\\?["'])?(?:true|false|null|none|nil|undefined|\d{1,3}|\[redacted\]|\$\{env:\w+\})(?:\\?["'])?$/i.test(value)

/** The text without what may be a secret. */
export const redactText = (text: string): string =>
  text
    .replaceAll(PEM, REDACTED)
    .replaceAll(JWT, REDACTED)
    .replaceAll(USER_INFO, `$1${REDACTED}@`)
    .replaceAll(PAIR, (found, name: string, scheme: string | undefined, value: string) =>
      isHarmless(value) ? found : `${name}${scheme ?? ''}${REDACTED}`,
    )
    .replaceAll(SCHEME, `$1 ${REDACTED}`)
    .replaceAll(KNOWN_KEYS, REDACTED)
    .replaceAll(LONG_WORD, REDACTED)

/** Variables of our processes whose values are no secrets, and tell how they are set up. */
const PLAIN_VARIABLES =
  /^(?:NAMESPACE|POD_NAME|LOG_LEVEL|PORT|METRICS_PORT|IMAGE_\w+|AGENT_IMAGE\w*|AGENT_PULL_SECRETS|COLLECTOR_\w+|WEBHOOK_\w+|POD_SECURITY_DEFAULT|DRY_RUN|SILENCE_SECONDS|MAX_BODY_BYTES\w*|MALLOC_ARENA_MAX|GOMEMLIMIT|GOGC|DETECTOR_SERVICE_ACCOUNT)$/

/** Fields that repeat what is elsewhere, or are long and help nobody. */
const OMITTED = ['managedFields', 'caBundle', 'kubectl.kubernetes.io/last-applied-configuration']

const redactVariable = (variable: Record<string, unknown>): unknown =>
  'value' in variable && !PLAIN_VARIABLES.test(String(variable['name'])) ? { ...variable, value: REDACTED } : variable

const redactEnvironment = (variables: readonly unknown[]): unknown[] =>
  variables.map((each) => (isFields(each) ? redactVariable(each) : REDACTED))

/** Names of Secrets and of their keys are no secrets: they are what is looked for. */
const isReference = (name: string): boolean => /(?:name|ref)$/i.test(name)

/** An object without what may be a secret: values of variables, fields with names of secrets, and what texts contain. */
export const redactValue = (value: unknown): unknown => {
  if (typeof value === 'string') return redactText(value)
  if (Array.isArray(value)) return value.map(redactValue)
  if (!isFields(value)) return value
  const kept = Object.entries(value).filter(([name]) => !OMITTED.includes(name))
  return Object.fromEntries(
    kept.map(([name, each]) => {
      if (name === 'env' && Array.isArray(each)) return [name, redactEnvironment(each)]
      if (typeof each === 'string' && isSecretName(name) && !isReference(name)) return [name, REDACTED]
      return [name, redactValue(each)]
    }),
  )
}
