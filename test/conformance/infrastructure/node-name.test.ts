/** Names of nodes that are no text to a reader of YAML stay as they are in a real node collector. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NODE_NAME_VARIABLE, nodeConfig } from '../../../src/collector/node.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { DISK } from '../../support/collectors/settings.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { laneEndpoints } from '../../support/telemetry/collector-case.ts'
import type { CollectorProcess } from '../../support/telemetry/collector-process.ts'
import { collectorProcess, loopbackPlace } from '../../support/telemetry/collector-process.ts'
import { receivingCollector } from '../../support/telemetry/infrastructure-scene.ts'
import { podResource, postOtlp, tracesOf } from '../../support/telemetry/otlp-json.ts'
import { receivedIn } from '../../support/telemetry/received-file.ts'

const RESOURCES = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }
const NAMES = ['node-1.example.com', '0123', '1e3', 'null', 'true', '2001-01-01']

describe('names of nodes', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-node-'))
  let binary = ''
  let gateway: Awaited<ReturnType<typeof receivingCollector>>

  before(async function () {
    const found = collectorBinary()
    if (!found) return this.skip()
    binary = found
    gateway = await receivingCollector(binary, join(folder, 'gateway'))
    await gateway.process.start()
  })
  after(async () => {
    await gateway?.process.kill()
    rmSync(folder, { recursive: true })
  })

  const nodeCollector = async (name: string): Promise<{ node: CollectorProcess; httpPort: number }> => {
    const own = mkdtempSync(join(folder, 'node-'))
    const place = await loopbackPlace(own)
    const endpoints = laneEndpoints(`127.0.0.1:${gateway.place.grpcPort}`)
    const config = nodeConfig({ group: { signals: ['traces'], resources: RESOURCES }, endpoints, disk: DISK, place })
    const env = { [NODE_NAME_VARIABLE]: name }
    return { node: collectorProcess({ binary, config, place, folder: own, env }), httpPort: place.httpPort }
  }

  for (const [index, name] of NAMES.entries())
    it(`${name} stays as it is`, async () => {
      const { node, httpPort } = await nodeCollector(name)
      try {
        await node.start()
        const payload = tracesOf(podResource(`pod-${index}`), [{}])
        assert.equal(await postOtlp(`http://127.0.0.1:${httpPort}`, 'traces', payload), 200)
        const file = join(folder, 'gateway', 'received.json')
        await eventuallyPasses(() => {
          const { spans } = receivedIn(existsSync(file) ? readFileSync(file, 'utf8') : '')
          const found = spans.find((resource) => resource['k8s.pod.name'] === `pod-${index}`)
          assert.equal(found?.['k8s.node.name'], name)
        }, 20_000)
      } finally {
        await node.kill()
      }
    })
})
