/** What Odigos says of client certificates and keys is what a real collector does with them: it starts, or it does not. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import { oneShotConfig } from '../../../src/collector/one-shot.ts'
import { configYaml } from '../../../src/collector/yaml.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { secretFaults } from '../../../src/destinations/tls/client-certificate.ts'
import { PEM_INPUTS } from '../../support/destinations/pem-inputs.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { loopbackPlace } from '../../support/telemetry/collector-process.ts'

const MEMORY_MIB = 256

describe('client certificates in a real collector', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-pem-'))
  before(function () {
    if (!collectorBinary()) this.skip()
  })
  after(() => rmSync(folder, { recursive: true }))

  const starts = async (values: Record<string, string>): Promise<{ isStarted: boolean; log: string }> => {
    const fields = { endpoint: 'https://127.0.0.1:1' }
    const spec = destinationSpec.parse({
      type: 'otlphttp',
      signals: ['traces'],
      fields,
      secretRef: { name: 'pair' },
    })
    const rendered = renderDestination({ name: 'pem', spec }, Object.keys(values))
    const file = join(folder, 'config.yaml')
    writeFileSync(file, configYaml(oneShotConfig(rendered, MEMORY_MIB, await loopbackPlace(folder))))
    const env = Object.fromEntries(
      rendered.env.map(({ name, valueFrom }) => [name, values[valueFrom?.secretKeyRef?.key ?? ''] ?? '']),
    )
    const child = spawn(collectorBinary() ?? '', [`--config=${file}`], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    const isStarted = await new Promise<boolean>((resolve) => {
      child.once('exit', () => resolve(false))
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString()
        if (log.includes('Everything is ready')) resolve(true)
      })
    })
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
    return { isStarted, log }
  }

  for (const { name, clientCertificate, clientKey, fault, starts: startsAnyway } of PEM_INPUTS)
    it(name, async () => {
      const values = { clientCertificate, clientKey }
      const { isStarted, log } = await starts(values)
      assert.equal(isStarted, fault === undefined || startsAnyway === true, log.slice(-1000))
      assert.equal(Object.keys(secretFaults(Object.entries(values))).length > 0, fault !== undefined)
    })
})
