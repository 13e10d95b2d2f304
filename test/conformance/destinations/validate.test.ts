/** Everything that is rendered is accepted by `validate` of the real collector. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { configYaml } from '../../../src/collector/yaml.ts'
import type { CollectorConfig, CollectorPlace } from '../../../src/collector/config.ts'
import { IN_A_POD } from '../../../src/collector/config.ts'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { CollectorCase } from '../../support/telemetry/collector-case.ts'
import { needsUpstreamExtension, UPSTREAM_ONLY } from '../../support/telemetry/upstream-only.ts'
import { renderCollectorCase } from '../../support/telemetry/collector-case.ts'

const golden = join(import.meta.dirname, '../../golden/collector')
const resources = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }

/** Everything that the configuration takes from the environment is there. */
const environmentFor = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/\$\{env:([A-Z0-9_]+)\}/g)].map((match) => [match[1] ?? '', 'planted']))

describe('the real collector accepts', function () {
  this.timeout(30_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-validate-'))
  let binary: string | undefined

  before(function () {
    binary = collectorBinary()
    if (!binary) this.skip()
  })
  after(() => rmSync(folder, { recursive: true }))

  const validate = (config: CollectorConfig): { status: number | null; output: string } => {
    const file = join(folder, 'config.yaml')
    const text = configYaml(config)
    writeFileSync(file, text)
    const result = spawnSync(binary ?? '', ['validate', `--config=${file}`], {
      env: environmentFor(text),
      encoding: 'utf8',
    })
    return { status: result.status, output: `${result.stdout}${result.stderr}` }
  }

  const accepts = (config: CollectorConfig): void => {
    const { status, output } = validate(config)
    assert.equal(status, 0, output)
  }

  /** Types of components that this collector has not. Upstream's has them. */
  const missing = (config: CollectorConfig): string[] => {
    const known = new Set(spawnSync(binary ?? '', ['components'], { encoding: 'utf8' }).stdout.match(/(?<=name: )\w+/g))
    const ids = [...Object.keys(config.exporters), ...Object.keys(config.extensions)]
    return ids.map((id) => id.split('/')[0] ?? '').filter((type) => !known.has(type))
  }

  // Outside of a pod, there is no service account.
  const place: CollectorPlace = {
    ...IN_A_POD,
    queueDirectory: join(folder, 'queue'),
    apiAuth: 'none',
    kubeletAuth: 'none',
  }

  for (const { name } of readdirSync(golden, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    it(`the golden configuration ${name}`, () => {
      const input = parse(readFileSync(join(golden, name, 'input.yaml'), 'utf8')) as CollectorCase
      accepts(renderCollectorCase(input, place))
    })

  for (const entry of catalogue.values())
    for (const test of entry.tests.filter(({ problems }) => !problems))
      it(`the destination ${entry.id}: ${test.name}`, function () {
        const secret = test.secretKeys ? { secretRef: { name: 's' } } : {}
        const spec = {
          type: entry.id,
          signals: test.signals ?? entry.signals,
          fields: test.fields,
          disabled: false,
          ...secret,
        }
        const group = { role: 'Gateway' as const, signals: [], resources }
        const destinations = [{ name: 'example', spec, secretKeys: test.secretKeys ?? [] }]
        const config = renderCollectorCase({ role: 'gateway', group, destinations, actions: [] }, place)
        const unknown = missing(config)
        if (needsUpstreamExtension(test)) assert.deepEqual(unknown, ['oauth2client'])
        else if (UPSTREAM_ONLY.has(entry.id)) assert.notDeepEqual(unknown, [], `${entry.id} can be validated here`)
        else assert.deepEqual(unknown, [])
        if (unknown.length === 0) accepts(config)
      })

  it('but not a field that the collector does not know, so that acceptance means something', () => {
    const input = parse(readFileSync(join(golden, 'node-traces/input.yaml'), 'utf8')) as CollectorCase
    const config = renderCollectorCase(input, place)
    config.exporters['otlp_grpc/gateway'] = { ...config.exporters['otlp_grpc/gateway'], no_such_field: true }
    const { status, output } = validate(config)
    assert.notEqual(status, 0)
    assert.match(output, /no_such_field/)
  })
})
