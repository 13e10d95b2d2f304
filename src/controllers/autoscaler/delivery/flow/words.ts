/** What a collector's error says, in the words of the backend or the network, without what may be a credential. Pure. */
import { shorten } from '../../../../api/conditions.ts'
import type { DeliveryCause } from '../../../../api/kinds/delivery.ts'
import { MAX_ERROR_WORDS } from '../../../../api/kinds/delivery.ts'

export interface ErrorWords {
  cause: DeliveryCause
  words: string
}

/** What the collector puts before the words of others. */
const PREFIXES: readonly RegExp[] = [
  /^(not retryable|retryable) error: /,
  /^Permanent error: /,
  /^Throttle \([^)]*\), error: /,
  /^failed to make an HTTP request: /,
  /^(Post|Put|Get) "[^"]*": /,
  /^rpc error: code = (OK|Unknown) desc = /,
]

const withoutPrefixes = (text: string): string => {
  const prefix = PREFIXES.find((pattern) => pattern.test(text))
  return prefix ? withoutPrefixes(text.replace(prefix, '')) : text
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** The message of the exporters for OTLP over HTTP, with the code of gRPC that they derive from the status. */
const HTTP =
  /^(?:rpc error: code = \w+ desc = )?error exporting items, request to \S+ responded with HTTP Status Code (\d{3})(.*)$/s
const GRPC = /^rpc error: code = (\w+) desc = (.*)$/s

const httpWords = (status: string, rest: string): string => {
  const said = rest.replace(/^, Message=/, '').replace(/(, )?Details=\[.*\]$/s, '')
  const name = STATUS_WORDS[status]
  return `HTTP ${status}${name === undefined ? '' : ` ${name}`}${said === '' ? '' : `: ${said}`}`
}

/** What gRPC says of a name that resolves to nothing: its balancer has no connection, and the cause is not told. */
const NO_ADDRESS = 'no children to pick from'

const grpcWords = (code: string, said: string): string =>
  `gRPC ${code}: ${said}${said === NO_ADDRESS ? ' (the name of the endpoint has no address)' : ''}`

const plainWords = (error: string): string => {
  const text = withoutPrefixes(error)
  const [, status, rest = ''] = HTTP.exec(text) ?? []
  if (status !== undefined) return httpWords(status, rest)
  const [, code, said = ''] = GRPC.exec(text) ?? []
  return code === undefined ? text : grpcWords(code, said)
}

/** Long words with letters and digits, as keys and tokens are; names of hosts have dots, and pass. */
const KEY = /\b(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{20,}/g
const SCHEME = /\b(Bearer|Basic|Token|ApiKey|Api-Key)\s+(?=\S*\d)\S+/gi
const PAIR =
  /\b(token|secret|password|passwd|api[-_ ]?key|authorization)\b(["']?\s*[=:]\s*)((?:Bearer|Basic|Token|ApiKey)\s+)?("[^"]*"|[^\s,;]+)/gi
/** User and password, path and query of a URL. */
const URL_PARTS = /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s"'/@]*@)?([^\s"'/?#]+)[^\s"']*/gi
// oxlint-disable-next-line no-control-regex -- they are what is taken away
const CONTROL = /[\u0000-\u001f\u007f]+/g

/** The text on one line, without paths of URLs and without what may be a credential. */
const safe = (text: string): string =>
  text
    .replaceAll(CONTROL, ' ')
    .replaceAll(URL_PARTS, '$1$2')
    .replaceAll(PAIR, '$1$2[redacted]')
    .replaceAll(SCHEME, '$1 [redacted]')
    .replaceAll(KEY, '[redacted]')
    .trim()

/** The first that matches. */
const CAUSES: readonly [RegExp, DeliveryCause][] = [
  [/\boauth2: .*(invalid_client|unauthorized_client|invalid_scope|access_denied|40[013])/, 'Credentials'],
  [/^HTTP 40[137]\b|^gRPC (Unauthenticated|PermissionDenied)\b/, 'Credentials'],
  [/^HTTP 413\b|larger than max|message too large/i, 'TooLarge'],
  [/^HTTP 429\b|^gRPC ResourceExhausted\b/, 'Throttled'],
  [/no such host|server misbehaving|\blookup \S+|has no address|produced zero addresses|name resolver error/, 'Dns'],
  [/x509|\btls: |certificate|handshake|HTTP response to HTTPS client|first record does not look like a TLS/i, 'Tls'],
  [/connection refused|no route to host|network is unreachable|connection reset/, 'Refused'],
  [/deadline exceeded|timeout|timed out|Client\.Timeout/i, 'Timeout'],
  [/^HTTP 5\d\d\b|^gRPC Unavailable\b|\bEOF\b/, 'Unavailable'],
]

/** What the error of an exporter says; an error that can hold anything is shortened and cleaned. */
export const wordsOf = (error: string): ErrorWords => {
  const words = plainWords(error)
  const cause = CAUSES.find(([pattern]) => pattern.test(words))?.[1] ?? 'Other'
  return { cause, words: shorten(safe(words), MAX_ERROR_WORDS) }
}
