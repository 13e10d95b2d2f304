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
    ['/users?mail=jane.doe%40example.com&x=1', '/users?mail=****&x=1'],
    ['jürgen.müller@exämple.de', '****'],
    ['用户@例子.公司', '****'],
    ["o'brien@example.ie", '****'],
    ['{"mail":"a_b@c-d.museum"}', '{"mail":"****"}'],
  ],
  PaymentCard: [
    ['card 4111111111111111.', 'card ****.'],
    ['4111 1111 1111 1111', '****'],
    ['5500-0000-0000-0004 and 340000000000009', '**** and ****'],
    ['6011000000000004', '****'],
    ['pan_4111111111111111_x', 'pan****x'],
    ['3530111333300000 30569309025904 6221260000000000', '**** **** ****'],
    ['card=4111111111111111&cvv=1', 'card=****&cvv=1'],
  ],
  PhoneNumber: [
    ['call +49 30 1234567', 'call ****'],
    ['+1 (555) 123-4567', '****'],
    ['+442071838750', '****'],
    ['+49 (0)170/1234567', '****'],
    ['tel=%2B4930123456', 'tel=****'],
    ['+1.555.123.4567,', '****,'],
  ],
  IpAddress: [
    ['from 10.0.12.255:8080', 'from ****:8080'],
    ['2001:0db8:85a3:0000:0000:8a2e:0370:7334', '****'],
    ['[2001:db8::8a2e:370:7334]:443', '[****]:443'],
    ['from fe80::1%eth0 and 2a02:8109:abcd::', 'from ****%eth0 and ****'],
    ['fd12:3456:789a::1', '****'],
    ['ip_10.0.0.1', 'ip****'],
  ],
  Token: [
    [`jwt=${JWT};`, 'jwt=****;'],
    ['Authorization: Bearer abcdef0123456789==', '****'],
    ['basic dXNlcjpwYXNzd29yZA==', '****'],
    ['AKIAIOSFODNN7EXAMPLE', '****'],
    ['ghp_0123456789abcdefghijABCDEFGHIJ012345', '****'],
    [`sk_${'live'}_0123456789abcdefXYZ`, '****'],
    ['"authorization": "Basic YTpi"', '"****"'],
    ['Authorization: Token abc, next', '****, next'],
    ['?h=Bearer%20abcdef0123456789xyz', '?h=****'],
    ['postgres://app:s3cr3t@db:5432/shop', 'postgres****db:5432/shop'],
    ['redis://:p%40ss@cache/0', 'redis****cache/0'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY----- end', '**** end'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE, cut off', '****'],
    [`key_ghp_0123456789abcdefghijABCDEFGHIJ012345`, 'key****'],
    [`github_pat_${'a1'.repeat(15)}`, '****'],
    [`glpat-${'x'.repeat(20)}`, '****'],
    [`sk-proj-${'x'.repeat(40)}`, '****'],
    [`AIza${'x'.repeat(35)}`, '****'],
    [`npm_${'x'.repeat(36)}`, '****'],
  ],
}

const LEFT: Record<MaskKind, string[]> = {
  Email: ['user@host', '@decorator', 'a @ b.c', 'image@sha256:0123', '100%40'],
  // A time in milliseconds and in nanoseconds, a trace ID, and numbers of other lengths.
  PaymentCard: [
    '1764200000000',
    '1764200000000000000',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '411111111111111',
    '41111111111111112',
  ],
  PhoneNumber: ['1764200000000', 'v1.2.3', '+1', '2026-11-27', '10:00:00+0100', '1+234', 'a +12345 b'],
  IpAddress: ['version 1.2.3', '300.1.1.1', '12:30:45', 'std::vector', 'Ada::Cafe', 'a::b', 'App::Face::beef', '12:30'],
  Token: [
    'bearer of news',
    'a.b.c',
    'basic auth',
    'GET /tokens',
    'https://shop.example.com:8080/a@b',
    'https://jane@example.com/',
    'authorization: denied',
    'a task-with-a-long-name-of-several-words',
    '-----BEGIN CERTIFICATE-----',
  ],
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
