import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { checkConfiguration } from '../../../src/collector/check.ts'
import { configYaml } from '../../../src/collector/yaml.ts'
import type { CollectorCase } from '../../support/telemetry/collector-case.ts'
import { renderCollectorCase } from '../../support/telemetry/collector-case.ts'

const cases = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory())

describe('golden collector configurations', () => {
  for (const { name } of cases)
    it(name, () => {
      const folder = join(import.meta.dirname, name)
      const input = parse(readFileSync(join(folder, 'input.yaml'), 'utf8')) as CollectorCase
      const config = renderCollectorCase(input)
      const text = configYaml(config)
      const expectedFile = join(folder, 'expected.yaml')
      if (process.env['UPDATE_GOLDEN'] || !existsSync(expectedFile)) writeFileSync(expectedFile, text)
      assert.equal(text, readFileSync(expectedFile, 'utf8'))
      assert.deepEqual(checkConfiguration(config), [])
    })
})
