import assert from 'node:assert/strict'
import { refusalOf } from '../../../ui/server/refusal.ts'
import { securityHeaders } from '../../../ui/server/security-headers.ts'

const refusal = (headers: Record<string, string>, extraHosts: string[] = []) =>
  refusalOf((name) => headers[name] ?? null, extraHosts)

describe('who may talk to the UI', () => {
  const hosts: [host: string, isAllowed: boolean][] = [
    ['localhost', true],
    ['localhost:3000', true],
    ['LocalHost:3000', true],
    ['127.0.0.1:8080', true],
    ['[::1]:3000', true],
    ['[::1]', true],
    ['localhost.', false],
    ['localhost.evil.example', false],
    ['evil.example:3000', false],
    ['127.0.0.1.evil.example', false],
    ['user@localhost', false],
    ['localhost:3000, evil.example', false],
    ['localhost:3000/', false],
    ['[::2]:3000', false],
    ['10.1.2.3:3000', false],
    ['', false],
  ]
  for (const [host, isAllowed] of hosts) {
    it(`${isAllowed ? 'answers' : 'refuses'} the Host '${host}'`, () =>
      assert.equal(refusal({ host }), isAllowed ? undefined : 'ForeignHost'))
  }
  it('refuses a request without a Host', () => assert.equal(refusal({}), 'ForeignHost'))
  it('answers a Host that was allowed besides', () =>
    assert.equal(refusal({ host: 'odigos.corp:443' }, ['odigos.corp']), undefined))

  const host = 'localhost:3000'
  const origins: [name: string, headers: Record<string, string>, isAllowed: boolean][] = [
    ['its own origin', { origin: 'http://localhost:3000' }, true],
    ['its own origin behind TLS', { origin: 'https://localhost:3000' }, true],
    ['another website', { origin: 'https://evil.example' }, false],
    ['another port of the machine', { origin: 'http://localhost:8080' }, false],
    ['another name of the machine', { origin: 'http://127.0.0.1:3000' }, false],
    ['a page without an origin', { origin: 'null' }, false],
    ['an address that was typed', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }, true],
    ['its own page', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, true],
    ['a link of another website', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, false],
    ['an image of another website', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, false],
    ['a link of another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' }, true],
    ['a script of another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, false],
  ]
  for (const [name, headers, isAllowed] of origins) {
    it(`${isAllowed ? 'answers' : 'refuses'} ${name}`, () =>
      assert.equal(refusal({ host, ...headers }), isAllowed ? undefined : 'ForeignOrigin'))
  }
})

describe('the security headers', () => {
  const policy = securityHeaders('n0nce', false)['Content-Security-Policy'] ?? ''
  it('let only scripts with the nonce run', () => {
    assert.match(policy, /script-src 'self' 'nonce-n0nce' 'strict-dynamic'(;|$)/)
    assert.doesNotMatch(policy, /unsafe/)
  })
  it('let nothing be fetched from elsewhere, and nobody frame the page', () => {
    assert.doesNotMatch(policy, /https?:|\*/)
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /frame-ancestors 'none'/)
  })
})
