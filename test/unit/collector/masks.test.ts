/** The kinds of values that masks look for: what they replace, and what they leave. */
import assert from 'node:assert/strict'
import { RE2JS } from 're2js'
import type { MaskKind } from '../../../src/api/actions/mask.ts'
import { maskPattern } from '../../../src/collector/actions/masks.ts'

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N'

const MASKED: Record<MaskKind, [string, string][]> = {
  Email: [
    ['mail to jane.doe+x@mail.example.co.uk now', 'mail to **** now'],
    ['a@b.io,c@d.io', '****,****'],
  ],
  PaymentCard: [
    ['card 4111111111111111.', 'card ****.'],
    ['4111 1111 1111 1111', '****'],
    ['5500-0000-0000-0004 and 340000000000009', '**** and ****'],
    ['6011000000000004', '****'],
  ],
  PhoneNumber: [
    ['call +49 30 1234567', 'call ****'],
    ['+1 (555) 123-4567', '****'],
    ['+442071838750', '****'],
  ],
  IpAddress: [
    ['from 10.0.12.255:8080', 'from ****:8080'],
    ['2001:0db8:85a3:0000:0000:8a2e:0370:7334', '****'],
  ],
  Token: [
    [`jwt=${JWT};`, 'jwt=****;'],
    ['Authorization: Bearer abcdef0123456789==', 'Authorization: ****'],
    ['basic dXNlcjpwYXNzd29yZA==', '****'],
    ['AKIAIOSFODNN7EXAMPLE', '****'],
    ['ghp_0123456789abcdefghijABCDEFGHIJ012345', '****'],
    [`sk_${'live'}_0123456789abcdefXYZ`, '****'],
  ],
}

const LEFT: Record<MaskKind, string[]> = {
  Email: ['user@host', '@decorator', 'a @ b.c'],
  // A time in milliseconds and in nanoseconds, a trace ID, and numbers of other lengths.
  PaymentCard: [
    '1764200000000',
    '1764200000000000000',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '411111111111111',
    '41111111111111112',
  ],
  PhoneNumber: ['1764200000000', 'v1.2.3', '+1', '2026-11-27'],
  IpAddress: ['version 1.2.3', '300.1.1.1', '12:30:45'],
  Token: ['bearer of news', 'a.b.c', 'basic auth', 'GET /tokens'],
}

const mask = (kind: MaskKind, text: string): string =>
  RE2JS.compile(maskPattern({ kinds: [kind] }))
    .matcher(text)
    .replaceAll('****')

describe('kinds of masks', () => {
  for (const [kind, cases] of Object.entries(MASKED) as [MaskKind, [string, string][]][])
    for (const [text, masked] of cases) it(`${kind}: ${text}`, () => assert.equal(mask(kind, text), masked))

  for (const [kind, texts] of Object.entries(LEFT) as [MaskKind, string[]][])
    for (const text of texts) it(`${kind} leaves ${text}`, () => assert.equal(mask(kind, text), text))

  it('are joined with a pattern of the user', () => {
    const pattern = maskPattern({ kinds: ['Email'], pattern: 'a|b' })
    assert.equal(RE2JS.compile(pattern).matcher('x@y.zz, a, b, c').replaceAll('*'), '*, *, *, c')
  })
})
