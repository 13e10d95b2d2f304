/** What a collector has accepted arrives: through an outage of the destination and a killed gateway. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BACKEND_ENDPOINT, BACKEND_NAME } from '../../deploy/demo/backend.ts'
import { eventually } from '../../tools/eventually.ts'
import { kubectl, only, podsOf, watchSpans } from '../support/cluster/demo.ts'
import { startSpanSender } from '../support/telemetry/span-sender.ts'

interface WithConditions {
  status?: { conditions?: { type: string; status: string; reason: string; message: string }[] }
}

const conditionOf = async (name: string) => {
  const object = await kubectl.json<WithConditions>(['get', 'destination', '-n', 'odigos-system', name])
  return object.status?.conditions?.find(({ type }) => type === 'Accepted')
}

const destination = (name: string, spec: object): object => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'Destination',
  metadata: { name, namespace: 'odigos-system' },
  spec: { signals: ['traces'], ...spec },
})

/** Address of the node's collector as it is reached from the machine. */
const collectorAddress = async (): Promise<string> =>
  only(await podsOf('odigos-system', 'odigos.io/component=node-collector')).status?.podIP ?? ''

describe('a wrong destination', () => {
  after(() => kubectl.run(['delete', 'destination', '-n', 'odigos-system', 'wrong', 'unknown', '--ignore-not-found']))

  it('gets a condition that says why, and the others keep flowing', async () => {
    await kubectl.apply([
      destination('wrong', { type: 'otlp', fields: {} }),
      destination('unknown', { type: 'no-such-vendor', fields: {} }),
    ])
    await eventually('both conditions', 30, async () => {
      const reasons = [(await conditionOf('wrong'))?.reason, (await conditionOf('unknown'))?.reason]
      return reasons.join() === 'MissingField,UnknownType'
    })
    assert.match((await conditionOf('wrong'))?.message ?? '', /[Ee]ndpoint/)
    const watch = await watchSpans()
    const sender = startSpanSender(`http://${await collectorAddress()}:4318`, { perRequest: 5, intervalMs: 200 })
    try {
      await watch.until('spans of the sender', 60, (spans) => spans.some(({ service }) => service === 'sender'))
    } finally {
      await sender.stop()
    }
  })
})

describe('a Destination with which a collector does not start', () => {
  after(() => kubectl.run(['delete', 'destination', '-n', 'odigos-system', 'refused', '--ignore-not-found']))

  it('is left out in the words of the collector, and no collector in use is touched', async () => {
    const gateways = async (): Promise<string> =>
      JSON.stringify((await podsOf('odigos-system', 'odigos.io/component=gateway')).map(({ metadata }) => metadata.uid))
    const before = await gateways()
    // OpenSSL reads it, and so do our checks, but not Go.
    const caPem = readFileSync(join(import.meta.dirname, '../fixtures/negative-serial.pem'), 'utf8')
    const fields = { endpoint: 'nowhere.example:4317', tls: 'true', caPem }
    await kubectl.apply([destination('refused', { type: 'otlp', fields })])
    await eventually('it is refused', 90, async () => (await conditionOf('refused'))?.reason === 'CollectorRefuses')
    assert.match((await conditionOf('refused'))?.message ?? '', /failed to parse cert/)
    assert.equal(await gateways(), before)
    await eventually('no trial is left', 30, async () => {
      return (await podsOf('odigos-system', 'odigos.io/component=trial')).length === 0
    })
  })
})

/** SIGKILL for the collector's process, from the machine, as the kernel would do when memory ends. */
const killContainer = async (pod: string): Promise<void> => {
  const uid = await kubectl.run(['get', 'pod', '-n', 'odigos-system', pod, '-o', 'jsonpath={.metadata.uid}'])
  const candidates = execFileSync('pgrep', ['-f', 'otelcol'], { encoding: 'utf8' }).trim().split('\n')
  const own = candidates.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(uid.trim())
    } catch {
      return false
    }
  })
  process.kill(Number(only(own)), 'SIGKILL')
  await eventually('the gateway was started again', 60, async () => {
    const found = only(await podsOf('odigos-system', 'odigos.io/component=gateway'))
    return (
      (found.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0 &&
      found.status?.containerStatuses?.[0]?.ready === true
    )
  })
}

/** Gateways of another configuration, rolled out. */
const setWhenFull = async (whenFull: 'Drop' | 'Wait'): Promise<void> => {
  const generation = () =>
    kubectl.run([
      'get',
      'statefulset',
      '-n',
      'odigos-system',
      'odigos-gateway',
      '-o',
      'jsonpath={.metadata.generation}',
    ])
  const before = await generation()
  const patch = JSON.stringify({ spec: { queue: { whenFull } } })
  await kubectl.run(['patch', 'destination', '-n', 'odigos-system', BACKEND_NAME, '--type=merge', '-p', patch])
  await eventually('the gateway has another configuration', 60, async () => (await generation()) !== before)
  await kubectl.run(['rollout', 'status', '-n', 'odigos-system', 'statefulset/odigos-gateway', '--timeout=120s'])
}

describe('an outage of the destination under load', () => {
  // With Drop, a gateway that is killed can lose what it had acknowledged a moment ago (docs/adr/0014-failure-domains.md).
  before(() => setWhenFull('Wait'))
  after(() => setWhenFull('Drop'))

  it(`loses nothing that the node's collector accepted, though the gateway is killed meanwhile`, async function () {
    this.timeout(420_000)
    const backend = (replicas: number): Promise<string> =>
      kubectl.run(['scale', '-n', 'trace-backend', 'deployment/trace-backend', `--replicas=${replicas}`])
    await backend(0)
    await eventually('the backend is gone', 60, async () => (await podsOf('trace-backend')).length === 0)
    const sender = startSpanSender(`http://${await collectorAddress()}:4318`, { perRequest: 20, intervalMs: 100 })
    await sleep(10_000)
    const gateway = only(await podsOf('odigos-system', 'odigos.io/component=gateway'))
    await killContainer(gateway.metadata.name)
    await sleep(20_000)
    await sender.stop()
    assert.ok(sender.accepted.size > 1000, `${sender.accepted.size} spans were accepted`)
    await backend(1)
    await kubectl.run(['rollout', 'status', '-n', 'trace-backend', 'deployment/trace-backend', '--timeout=120s'])
    const arrived = new Set<number>()
    const watch = await watchSpans('start')
    const missing = (): number => [...sender.accepted].filter((sequence) => !arrived.has(sequence)).length
    await eventually('every accepted span arrives', 240, async () => {
      for (const span of await watch.update()) {
        if (span.service === 'sender') arrived.add(Number(span.attributes['sequence']))
      }
      return missing() === 0
    }).catch((error: unknown) => {
      throw new Error(`${missing()} of ${sender.accepted.size} spans are missing`, { cause: error })
    })
    console.log(`      ${sender.accepted.size} spans accepted in the outage, all arrived at ${BACKEND_ENDPOINT}`)
  })
})
