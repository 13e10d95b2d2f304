/** Takes out of objects what may be a secret: by names of fields and variables, and what texts contain; pure. */
import { isFields } from '../../api/types/fields.ts'
import { isSecretName, REDACTED, redactText } from './redact.ts'

/** Variables of our processes whose values are no secrets, and tell how they are set up. */
const PLAIN_VARIABLES =
  /^(?:NAMESPACE|POD_NAME|LOG_LEVEL|PORT|METRICS_PORT|IMAGE_\w+|AGENT_IMAGE\w*|AGENT_PULL_SECRETS|COLLECTOR_\w+|WEBHOOK_\w+|POD_SECURITY_DEFAULT|DRY_RUN|SILENCE_SECONDS|MAX_BODY_BYTES\w*|MALLOC_ARENA_MAX|GOMEMLIMIT|GOGC|DETECTOR_SERVICE_ACCOUNT)$/

/** Fields that repeat what is elsewhere, or are long and help nobody. */
const OMITTED = ['managedFields', 'caBundle', 'kubectl.kubernetes.io/last-applied-configuration']

/** Below a name of a secret: which secret is meant, and no part of it. */
const REFERENCES =
  /^(?:name|key|secretName|path|namespace|kind|apiGroup|audience|optional|mode|defaultMode|expirationSeconds|uid)$/
/** The name of a Secret as a text; other references are objects. */
const isReference = (name: string): boolean => /secretname$/i.test(name)

/** All below a name of a secret, but for what it is called. */
const redactAll = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(redactAll)
  if (!isFields(value)) return typeof value === 'boolean' || value === null ? value : REDACTED
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, REFERENCES.test(name) ? each : redactAll(each)]),
  )
}

/** An item of a list such as variables and headers: `{ name, value }` or `{ key, value }`. */
const redactPair = (pair: Record<string, unknown>): Record<string, unknown> => {
  const name = pair['name'] ?? pair['key']
  return typeof name === 'string' && 'value' in pair && isSecretName(name) ? { ...pair, value: REDACTED } : pair
}

const redactVariable = (variable: unknown): unknown => {
  if (!isFields(variable)) return REDACTED
  const isPlain = PLAIN_VARIABLES.test(String(variable['name']))
  return 'value' in variable && !isPlain ? { ...variable, value: REDACTED } : variable
}

/** Arguments: the one after an option with the name of a secret is the secret. */
const redactList = (list: readonly unknown[], redact: (value: unknown) => unknown): unknown[] =>
  list.map((each, index) => {
    const before = list[index - 1]
    const follows = typeof before === 'string' && /^--?[\w-]+$/.test(before) && isSecretName(before)
    return follows && typeof each === 'string' && !each.startsWith('-') ? REDACTED : redact(each)
  })

/** An object without what may be a secret. */
export const redactValue = (value: unknown): unknown => {
  if (typeof value === 'string') return redactText(value)
  if (Array.isArray(value)) return redactList(value, redactValue)
  if (!isFields(value)) return value
  const kept = Object.entries(redactPair(value)).filter(([name]) => !OMITTED.includes(name))
  return Object.fromEntries(
    kept.map(([name, each]) => {
      if (name === 'env' && Array.isArray(each)) return [name, each.map(redactVariable)]
      // Headers have names of vendors, which nobody knows all.
      if (/headers$/i.test(name) || (isSecretName(name) && !isReference(name))) return [name, redactAll(each)]
      return [name, redactValue(each)]
    }),
  )
}
