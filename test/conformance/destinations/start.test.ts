/** A real collector starts with each destination of the catalogue while no backend can be reached: none keeps a gateway from starting. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import { IN_A_POD } from '../../../src/collector/config.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { configYaml } from '../../../src/collector/yaml.ts'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { startsHere } from '../../support/telemetry/upstream-only.ts'

const MiB = 2 ** 20

describe('a gateway whose destinations cannot be reached', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-start-'))
  after(() => rmSync(folder, { recursive: true }))

  it('starts, whatever their type', async function () {
    const binary = collectorBinary()
    if (!binary || process.getuid?.() !== 0) return this.skip()
    const destinations = [...catalogue.values()]
      .filter(({ id }) => startsHere(id))
      .map(({ id, signals, tests }) => {
        const test = tests.find(({ problems }) => !problems)
        const secretRef = test?.secretKeys ? { secretRef: { name: id } } : {}
        const spec = destinationSpec.parse({ type: id, signals, fields: test?.fields, ...secretRef })
        return renderDestination({ name: id, uid: id, spec }, test?.secretKeys)
      })
    assert.ok(destinations.every(({ exporters }) => exporters.length > 0))
    const config = gatewayConfig({
      group: { resources: { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '1Gi' } } },
      destinations,
      actions: [],
      disk: { bytes: 1024 * MiB, fsync: false },
      place: { ...IN_A_POD, queueDirectory: join(folder, 'queue') },
    })
    const file = join(folder, 'config.yaml')
    writeFileSync(file, configYaml(config))
    const secrets = destinations.flatMap(({ env }) => env.map(({ name }) => [name, 'https://secret.example']))
    // In a network of its own, nothing is reached, and its ports are free.
    const command = `ip link set lo up && exec "${binary}" --config="${file}"`
    const child = spawn('unshare', ['--net', 'sh', '-c', command], {
      env: { PATH: process.env['PATH'], ...Object.fromEntries(secrets) },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let log = ''
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
    const ended = once(child, 'exit')
    try {
      await eventuallyPasses(() => {
        assert.equal(child.exitCode, null, log.slice(-2000))
        assert.match(log, /Everything is ready/)
      }, 90_000)
    } finally {
      child.kill('SIGKILL')
      await ended
    }
  })
})
