/**
 * The form of values of each kind, in RE2. They look at no check digit. Values stand in URLs as well, where @ is %40 and + is %2B, and next to
 * underscores, which are parts of a word to RE2.
 */
import type { MaskKind } from '../../api/actions/mask.ts'

const START = '(?:\\b|_)'
const END = '(?:\\b|_)'
const SEPARATOR = '[ -]?'

const WORD = '[\\pL\\pN\\pM'
const EMAIL = `${WORD}._%+'-]+(?:@|%40)${WORD}-]+(?:\\.${WORD}-]+)+`

// ISO/IEC 7812: Visa, Mastercard, Discover, JCB and UnionPay with 16 digits, American Express with 15, Diners Club with 14.
const CARD_START = '(?:4\\d{3}|5[1-5]\\d{2}|2[2-7]\\d{2}|6(?:011|4[4-9]\\d|5\\d{2}|2\\d{2})|35(?:2[89]|[3-8]\\d))'
const CARDS = [
  `${CARD_START}(?:${SEPARATOR}\\d{4}){3}`,
  `3[47]\\d{2}${SEPARATOR}\\d{6}${SEPARATOR}\\d{5}`,
  `3(?:0[0-5]|[689]\\d)\\d${SEPARATOR}\\d{6}${SEPARATOR}\\d{4}`,
]

const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const GROUP = '[0-9A-Fa-f]{1,4}'
// With :: only global, unique local, link-local and multicast ones, as other words and numbers are joined by :: as well.
const IPV6_START = '(?:[23][0-9A-Fa-f]{3}|[fF][c-fC-F][0-9A-Fa-f]{2})'
const ADDRESSES = [
  `${START}(?:${OCTET}\\.){3}${OCTET}${END}`,
  `${START}(?:${GROUP}:){3,7}${GROUP}${END}`,
  `${START}${IPV6_START}(?::${GROUP}){0,6}::(?:${GROUP}(?::${GROUP}){0,6})?`,
]

// RFC 7519, 6750, 7617 and 3986, keys in PEM, and the tokens of AWS, GitHub, GitLab, Slack, Stripe, OpenAI, Google and npm, which have a
// prefix of their own.
const TOKENS = [
  'eyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]*',
  '(?i:\\bauthorization["\']?\\s*[:=]\\s*["\']?(?:bearer|basic|digest|token)(?:\\s+|%20)[^\\s"\',;]+)',
  '(?i:\\b(?:bearer|basic)(?:\\s+|%20)[A-Za-z0-9._~+/-]{16,}=*)',
  '[A-Za-z][A-Za-z0-9+.-]*://[^\\s/?#@:"\']*:[^\\s/?#@"\']+@',
  '-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)',
  `${START}(?:AKIA|ASIA)[0-9A-Z]{16}${END}`,
  `${START}gh[pousr]_[A-Za-z0-9]{36,}`,
  `${START}github_pat_[A-Za-z0-9_]{22,}`,
  `${START}glpat-[A-Za-z0-9_-]{20,}`,
  `${START}xox[abeoprs]-[A-Za-z0-9-]{10,}`,
  `${START}[rs]k_(?:live|test)_[A-Za-z0-9]{16,}`,
  `${START}sk-[A-Za-z0-9_-]{20,}`,
  `${START}AIza[A-Za-z0-9_-]{35}`,
  `${START}npm_[A-Za-z0-9]{36}`,
]

export const KIND_PATTERNS: Record<MaskKind, string> = {
  Email: EMAIL,
  PaymentCard: CARDS.map((card) => `${START}${card}${END}`).join('|'),
  // E.164, with the country code that tells it from other numbers.
  PhoneNumber: '(?:\\+|%2B)[1-9](?:[ .()/-]{0,2}\\d){6,14}\\b',
  IpAddress: ADDRESSES.join('|'),
  Token: TOKENS.join('|'),
}
