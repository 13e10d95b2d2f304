import assert from 'node:assert/strict'
import { secretValueFault } from '../../../src/destinations/secret-value.ts'

describe('secretValueFault', () => {
  const table: [string, RegExp | undefined][] = [
    ['Bearer abc', undefined],
    ['p$word', undefined],
    ['-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----', undefined],
    ['', /empty/],
    [' \t', /empty/],
    // White space to Go and not to JavaScript, and the other way round.
    ['\u0085', /empty/],
    ['\ufeff\u00a0\u2028', /empty/],
    ['a\u0085', /control character/],
    ['a\u009f', /control character/],
    ['pässword\u00a0', undefined],
    ['token\n', /ends with a line break/],
    ['a\u0000b', /control character/],
    ['a\u001bb', /control character/],
    ['two\nlines', /line break/],
    // The collector reads values as YAML first.
    ['?', /map with keys that are no text/],
    ['1: 2', /map with keys that are no text/],
    ['12345:', /map with keys that are no text/],
    ['~: a', /map with keys that are no text/],
    ['true: a', /map with keys that are no text/],
    ['{1: 2}', /map with keys that are no text/],
    ['2001-01-01: x', /map with keys that are no text/],
    ['on: x', undefined],
    ['[a]: b', undefined],
    ['? a', undefined],
    ['a: b', undefined],
    ['user:12345', undefined],
    ['[1, 2]', undefined],
    ['{a', undefined],
    ['*a', undefined],
    ['!!binary x', undefined],
    ['pa$$word', /\$\$/],
    ['a${env:HOME}', /\$\{/],
  ]
  for (const [value, fault] of table)
    it(`${JSON.stringify(value)} ${fault ? 'is refused' : 'is taken'}`, () => {
      const found = secretValueFault(value)
      if (fault) assert.match(found ?? '', fault)
      else assert.equal(found, undefined)
    })
})
