/**
 * Benchmark of the scheduler: a process with the chart's heap, against an API server in memory with 5,000 workloads. It prints how long the
 * first assignment takes, the memory, and what is written while only statuses change, as they do while applications work.
 *
 *   npm run bench:scheduler          SECONDS=30 of steady state
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import type { Route } from '../support/api-server/fake-object-store.ts'
import { startFakeApiServer } from '../support/api-server/fake-api-server.ts'
import { processCost } from './process-cost.ts'

const SECONDS = Number(process.env['SECONDS'] ?? 30)
const WORKLOADS = 5_000
const NAMESPACES = 50
const STATUSES_PER_SECOND = 50
/** As the chart starts it. */
const FLAGS = ['--max-old-space-size=128', '--max-semi-space-size=4']
const COLLECTION = 'apis/odigos.io/v1alpha1'
const HEAVY = 'web-0'

const routeOf = (plural: string, namespace: string, name: string): Route => ({
  collection: `${COLLECTION}/${plural}`,
  namespace,
  name,
})

const objectOf = (kind: string, namespace: string, name: string, fields: object): KubeObject => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind,
  metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'odigos' } },
  ...fields,
})

const accepted = {
  type: 'Accepted',
  status: 'True',
  reason: 'Valid',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  observedGeneration: 1,
}

const container = {
  name: 'app',
  language: 'nodejs',
  agent: 'nodejs',
  reason: 'AgentSelected',
  message: 'x'.repeat(100),
}

const place = (index: number) => ({ namespace: `team-${index % NAMESPACES}`, name: `web-${index}` })

const configOf = (index: number): KubeObject => {
  const { namespace, name } = place(index)
  return objectOf('InstrumentationConfig', namespace, `deployment-${name}`, {
    spec: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name }, containers: [container] },
    status: {
      state: 'Instrumented',
      workloadLabels: { app: name },
      ...(name === HEAVY ? { traffic: { sharePercent: 60, itemsPerSecond: 9_000 } } : {}),
    },
  })
}

const server = await startFakeApiServer()
const { store } = server
const fill = (plural: string, object: KubeObject): KubeObject =>
  store.create(routeOf(plural, object.metadata.namespace ?? '', object.metadata.name), object)

fill(
  'odigosconfigs',
  objectOf('OdigosConfig', 'odigos-system', 'odigos', { spec: { collectors: { dedicated: { afterSeconds: 1 } } } }),
)
fill(
  'destinations',
  objectOf('Destination', 'odigos-system', 'backend', {
    spec: { type: 'otlp', signals: ['traces'], fields: { endpoint: 'b:4317' }, disabled: false },
    status: { conditions: [accepted] },
  }),
)
for (let index = 0; index < WORKLOADS; index += 1) fill('instrumentationconfigs', configOf(index))

let ours = 0
let assigned = 0
let dedicatedMs = 0
let isChurn = false
const startedMs = Date.now()
store.onEvent(({ object, type }) => {
  if (isChurn) return
  ours += 1
  const { pipeline } = (object['spec'] ?? {}) as { pipeline?: { gateway: string; reason: string } }
  if (type === 'MODIFIED' && pipeline?.reason === 'SharedGateway') assigned += 1
  if (pipeline?.reason === 'DedicatedByTraffic') dedicatedMs = Date.now() - startedMs
})

const child = fork(new URL('./scheduler-process.ts', import.meta.url), [server.url], { execArgv: FLAGS })
while (assigned < WORKLOADS || dedicatedMs === 0) {
  await sleep(20)
  if (child.exitCode !== null) throw new Error('the scheduler ended')
  if (Date.now() - startedMs > 120_000) throw new Error(`only ${assigned} workloads were assigned in two minutes`)
}
const settledMs = Date.now() - startedMs
await sleep(3_000)
const pid = child.pid ?? 0
const settled = { ...processCost(pid), writes: ours }

/** What the instrumentor writes while applications work. */
for (let second = 0; second < SECONDS; second += 1) {
  for (let each = 0; each < STATUSES_PER_SECOND; each += 1) {
    const { namespace, name } = place((second * STATUSES_PER_SECOND + each) % WORKLOADS)
    const route = { ...routeOf('instrumentationconfigs', namespace, `deployment-${name}`), subresource: 'status' }
    isChurn = true
    store.patch(route, 'merge-patch', { status: { lastSeen: { traces: new Date().toISOString() } } })
    isChurn = false
  }
  await sleep(1_000)
}
const steady = { ...processCost(pid), writes: ours - settled.writes }

const figure = (value: number, digits = 0): string => value.toFixed(digits)
console.log(
  `${WORKLOADS} workloads, ${figure(settledMs / 1000, 1)} s until all are assigned, one of them to collectors of its own`,
)
console.log(`memory: ${figure(steady.rssMiB)} MiB, at most ${figure(steady.peakMiB)} MiB`)
console.log(
  `steady state: ${steady.writes} writes in ${SECONDS} s with ${STATUSES_PER_SECOND} statuses per second, ` +
    `${figure((steady.cpuMs - settled.cpuMs) / SECONDS, 1)} ms of CPU per second`,
)
const ended = once(child, 'exit')
child.kill()
await ended
await server[Symbol.asyncDispose]()
