/** What a user does: label a namespace, restart, and see traces of applications in four languages. */
import assert from 'node:assert/strict'
import { SHOP_SERVICES } from '../../examples/shop/deploy.ts'
import type { Span } from '../../deploy/demo/spans.ts'
import { wholeTrace } from '../../deploy/demo/spans.ts'
import type { InstrumentationConfig, KnownContainer } from '../../src/api/kinds/instrumentation-config.ts'
import { knownContainers } from '../../src/api/types/container.ts'
import { eventually } from '../../tools/eventually.ts'
import type { RunningPod } from '../support/cluster/demo.ts'
import {
  awaitState,
  configsOf,
  kubectl,
  label,
  only,
  podsOf,
  restart,
  tracesOfUs,
  watchSpans,
} from '../support/cluster/demo.ts'

const LANGUAGES: Record<string, { language: string; agent: string; sdk: string }> = {
  storefront: { language: 'nodejs', agent: 'nodejs', sdk: 'nodejs' },
  cart: { language: 'python', agent: 'python', sdk: 'python' },
  catalogue: { language: 'java', agent: 'java', sdk: 'java' },
  pricing: { language: 'go', agent: 'go-ebpf', sdk: 'go' },
}

const podOf = async (service: string): Promise<RunningPod> =>
  only(await podsOf('shop', `app.kubernetes.io/name=${service}`))

/** SpanKind SERVER of OTLP. */
const SERVER = 2
const serverSpan = (trace: readonly Span[], service: string): Span =>
  only(trace.filter((span) => span.service === service && span.kind === SERVER))

/** Services that a span comes from, up to the root: its own, its parent's … without repeats. */
const callers = (trace: readonly Span[], span: Span): string[] => {
  const parent = trace.find(({ spanId }) => spanId === span.parentSpanId)
  const above = parent ? callers(trace, parent) : []
  return above.at(-1) === span.service ? above : [...above, span.service]
}

const containersOf = (config: InstrumentationConfig | undefined): KnownContainer[] =>
  config ? knownContainers(config) : []

describe('the journey of a user', () => {
  let before: RunningPod[]
  let spans: Span[]

  it('starts with pods that nobody has touched', async () => {
    before = await podsOf('shop')
    assert.ok(before.length >= 5)
    for (const pod of before) assert.deepEqual(tracesOfUs(pod), [], pod.metadata.name)
    assert.equal((await configsOf('shop')).size, 0)
    const webhook = await kubectl.json<{ webhooks?: unknown[] }>([
      'get',
      'mutatingwebhookconfiguration',
      'odigos-webhook',
    ])
    assert.deepEqual(webhook.webhooks ?? [], [], 'the API server asks nobody before a namespace is labelled')
  })

  it('detects every workload by one detector pod, and asks for a restart', async () => {
    await label('shop', 'enabled')
    await awaitState('shop', SHOP_SERVICES, 'RestartRequired')
    const configs = await configsOf('shop')
    for (const [name, { language, agent }] of Object.entries(LANGUAGES)) {
      const container = only(containersOf(configs.get(name)))
      assert.deepEqual([container.language, container.agent], [language, agent], name)
      assert.ok((container.evidence ?? []).length > 0, `${name} has evidence`)
    }
    const redis = only(containersOf(configs.get('redis')))
    assert.deepEqual([redis.language, redis.agent, redis.reason], ['infrastructure', undefined, 'Infrastructure'])
    const log = await kubectl.run(['logs', '-n', 'odigos-system', 'deployment/odigos-instrumentor'])
    const starts = log.split('\n').filter((line) => line.includes('detector pods started'))
    assert.match(starts[0] ?? '', /"pods":1[,}]/)
  })

  it('has changed no pod before the restart', async () => {
    const uids = (pods: RunningPod[]): string[] => pods.map(({ metadata }) => metadata.uid).toSorted()
    assert.deepEqual(uids(await podsOf('shop')), uids(before))
  })

  it('instruments what is restarted, and tells so at a glance', async () => {
    await restart('shop')
    await awaitState('shop', SHOP_SERVICES, 'Instrumented')
    const table = await kubectl.run(['get', 'instrumentationconfigs', '-n', 'shop'])
    for (const name of SHOP_SERVICES)
      assert.match(table, new RegExp(`${name}.*${LANGUAGES[name]?.language}.*Instrumented`))
  })

  it('yields spans of each service with the right names', async () => {
    const watch = await watchSpans()
    spans = await watch.until('spans of every service', 180, (seen) =>
      SHOP_SERVICES.every((service) => seen.some((span) => span.service === service)),
    )
    for (const service of SHOP_SERVICES) {
      const pod = await podOf(service)
      const span = spans.find((candidate) => candidate.service === service)
      const attributes = span?.resource ?? {}
      const picked = Object.fromEntries(
        ['k8s.namespace.name', 'k8s.deployment.name', 'k8s.pod.name', 'k8s.node.name', 'telemetry.sdk.language'].map(
          (key) => [key, attributes[key]],
        ),
      )
      assert.deepEqual(picked, {
        'k8s.namespace.name': 'shop',
        'k8s.deployment.name': service,
        'k8s.pod.name': pod.metadata.name,
        'k8s.node.name': pod.spec.nodeName,
        'telemetry.sdk.language': LANGUAGES[service]?.sdk,
      })
    }
  })

  it('yields one trace through all four services, with the right parents', async () => {
    const watch = await watchSpans()
    let trace: Span[] | undefined
    await watch.until('a whole trace', 180, (seen) => {
      trace = wholeTrace(seen, SHOP_SERVICES)
      return trace !== undefined
    })
    assert.ok(trace)
    assert.deepEqual(callers(trace, serverSpan(trace, 'pricing')), [...SHOP_SERVICES])
  })

  it('left Redis alone', async () => {
    const redis = only(await podsOf('shop', 'app.kubernetes.io/name=redis'))
    assert.deepEqual(tracesOfUs(redis), [])
    assert.equal(redis.metadata.uid, before.find(({ metadata }) => metadata.name === redis.metadata.name)?.metadata.uid)
  })

  it('instruments Go by an eBPF sidecar that is not privileged', async () => {
    const pod = await podOf('pricing')
    const sidecar = only((pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'))
    assert.equal(sidecar.securityContext?.privileged ?? false, false)
    assert.deepEqual(sidecar.securityContext?.capabilities?.drop, ['ALL'])
    assert.deepEqual(sidecar.securityContext?.capabilities?.add?.toSorted(), ['KILL', 'SYS_ADMIN', 'SYS_PTRACE'])
    assert.ok(!(pod.spec.volumes ?? []).some((volume) => 'hostPath' in volume))
  })

  it("keeps the application's own dependencies (urllib3 1.26)", async () => {
    const logs = await kubectl.run(['logs', '-n', 'shop', 'deployment/cart', '-c', 'cart'])
    const ready = logs.split('\n').filter((line) => line.includes('"ready"'))
    assert.ok(ready.length > 0)
    for (const line of ready) assert.match(line, /1\.26\.\d+/)
  })

  it('explains itself by Events', async () => {
    await eventually('Events of the storefront', 30, async () => {
      const events = await kubectl.run([
        'get',
        'events',
        '-n',
        'shop',
        '--field-selector=involvedObject.name=storefront',
      ])
      return events.includes('RestartRequired') && events.includes('TelemetryArrives')
    })
  })
})
