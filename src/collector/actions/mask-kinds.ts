/**
 * The form of values of each kind, in RE2. They look at no check digit. Values stand in URLs as well, where @ is %40 and + is %2B, and next to
 * underscores, which are parts of a word to RE2.
 */
import type { MaskKind } from '../../api/actions/mask.ts'

const SEPARATOR = '[ -]?'

/** Alternatives between the borders of words. They are written once: each costs time at every character. */
const words = (...alternatives: string[]): string => `(?:\\b|_)(?:${alternatives.join('|')})(?:\\b|_)`

const WORD = '[\\pL\\pN\\pM'
const EMAIL = `${WORD}._%+'-]+(?:@|%40)${WORD}-]+(?:\\.${WORD}-]+)+`

// ISO/IEC 7812: Visa, Mastercard, Discover, JCB and UnionPay with 16 digits, American Express with 15, Diners Club with 14.
const CARD_START = '(?:4\\d{3}|5[1-5]\\d\\d|2[2-7]\\d\\d|6(?:011|4[4-9]\\d|5\\d\\d|2\\d\\d)|35(?:2[89]|[3-8]\\d))'
const CARD = words(
  `${CARD_START}(?:${SEPARATOR}\\d{4}){3}`,
  `3[47]\\d\\d${SEPARATOR}\\d{6}${SEPARATOR}\\d{5}`,
  `3(?:0[0-5]|[689]\\d)\\d${SEPARATOR}\\d{6}${SEPARATOR}\\d{4}`,
)

const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const GROUP = '[0-9A-Fa-f]{1,4}'
// With :: only global, unique local, link-local and multicast ones, as other words and numbers are joined by :: as well.
const IPV6_START = '(?:[23][0-9A-Fa-f]{3}|[fF][c-fC-F][0-9A-Fa-f]{2})'
const ADDRESSES = [
  words(`(?:${OCTET}\\.){3}${OCTET}`, `(?:${GROUP}:){3,7}${GROUP}`),
  `\\b${IPV6_START}(?::${GROUP}){0,6}::(?:${GROUP}(?::${GROUP}){0,6})?`,
]

/** Of AWS, GitHub, GitLab, Slack, Stripe, OpenAI, Google and npm, by the prefixes that tell them from other words. */
const PREFIXED = [
  'A(?:KIA|SIA)[0-9A-Z]{16}',
  'AIza[A-Za-z0-9_-]{35}',
  'gh[pousr]_[A-Za-z0-9]{36,}',
  'github_pat_[A-Za-z0-9_]{22,}',
  'glpat-[A-Za-z0-9_-]{20,}',
  'xox[abeoprs]-[A-Za-z0-9-]{10,}',
  '[rs]k_(?:live|test)_[A-Za-z0-9]{16,}',
  'sk-[A-Za-z0-9_-]{20,}',
  'npm_[A-Za-z0-9]{36}',
]
const AFTER = '(?:\\s+|%20)'
const TOKENS = [
  // RFC 7519; headers of RFC 6750 and 7617; passwords in URLs (RFC 3986); keys in PEM.
  'eyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]*',
  `(?i:authorization["']?\\s*[:=]\\s*["']?(?:bearer|basic|digest|token)${AFTER})[^\\s"',;]+`,
  `\\b(?i:bearer|basic)${AFTER}[A-Za-z0-9._~+/-]{16,}=*`,
  `://[^\\s/?#@:"']*:[^\\s/?#@"']+@`,
  '-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)',
  `(?:\\b|_)(?:${PREFIXED.join('|')})`,
]

export const KIND_PATTERNS: Record<MaskKind, string> = {
  Email: EMAIL,
  PaymentCard: CARD,
  // E.164, with the country code that tells it from other numbers.
  PhoneNumber: '(?:\\+|%2B)[1-9](?:[ .()/-]{0,2}\\d){6,14}\\b',
  IpAddress: ADDRESSES.join('|'),
  Token: TOKENS.join('|'),
}
