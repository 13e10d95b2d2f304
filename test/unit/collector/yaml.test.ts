import assert from 'node:assert/strict'
import { parse } from 'yaml'
import type { CollectorConfig } from '../../../src/collector/config.ts'
import { configYaml } from '../../../src/collector/yaml.ts'

/** Texts that readers of YAML 1.1 and 1.2 understand differently, or that some of them refuse. */
const ODD = [
  'on',
  'yes',
  '1_000',
  '012',
  '0b11',
  '0o17',
  '-0X1F',
  '1:30',
  '2001-01-01',
  '~',
  '=',
  '<<',
  '.inf',
  '+12',
  '',
  ' blanks ',
  'tab\there',
  'line\r\nend',
  'lines\n  indented\n\nend\n',
  '\u0000\u0007\u007f',
  'next\u0085line',
  'separator\u2028',
  '\ufeffmark',
  'é 😀',
  'é\nü\n',
  '\\u0041 é',
  '# no comment',
  'a: b',
  '- x',
  '"quoted"',
]

const configOf = (content: object): CollectorConfig => content as unknown as CollectorConfig

describe('the text of a configuration', () => {
  for (const version of ['1.1', '1.2'] as const)
    it(`is read as it was written by YAML ${version}`, () => {
      const content = {
        values: ODD,
        keys: Object.fromEntries(ODD.map((text) => [`${text}x`, 1])),
        rest: [1, 1.5, true],
      }
      assert.deepEqual(parse(configYaml(configOf(content)), { version }), content)
    })

  it('has no character but printable ASCII', () => assert.match(configYaml(configOf({ ODD })), /^[\x20-\x7e\n]*$/))

  it('replaces half of a character', () => {
    assert.deepEqual(parse(configYaml(configOf({ a: 'x\ud800' }))), { a: 'x\ufffd' })
  })
})
