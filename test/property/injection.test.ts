import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { EnvVar, Pod } from '../../src/api/kubernetes.ts'
import { effectiveConfig } from '../../src/api/kinds/odigos-config.ts'
import { AGENTS } from '../../src/api/vocabulary.ts'
import { decide } from '../../src/inject/decide.ts'
import { additivePatch } from '../../src/inject/pod/additive-patch.ts'
import type { DecisionContext } from '../../src/inject/types.ts'
import { configFor, contextFor } from '../support/injection/injection-context.ts'
import { podArbitrary } from '../support/injection/pod-arbitrary.ts'
import { applyPatch, assertLaws } from '../support/injection/pod-laws.ts'

const agents = fc.constantFrom(...AGENTS)
const deliveries = fc.constantFrom('InitContainer' as const, 'ImageVolume' as const)
const runtimeEnv = fc.constantFrom(
  [],
  [{ name: 'NODE_OPTIONS', value: '--from $IMAGE' }],
  [
    { name: 'OTEL_RESOURCE_ATTRIBUTES', value: '' },
    { name: 'OTEL_SERVICE_NAME', value: '' },
    { name: 'OTEL_TRACES_SAMPLER_ARG', value: '' },
  ],
  [
    { name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'team=$(X)' },
    { name: 'OTEL_SERVICE_NAME', value: 'image' },
  ],
)

/** A variable of the image or envFrom whose value is not known is not hidden by one of ours. */
const assertRuntimeKept = (before: Pod, after: Pod, given: readonly EnvVar[]): void => {
  for (const { name } of given.filter(({ value }) => value === '')) {
    const entries = ({ spec }: Pod): EnvVar[] =>
      spec.containers.flatMap(({ env }) => env ?? []).filter((entry) => entry.name === name)
    assert.equal(entries(after).length, entries(before).length, `${name} was set`)
  }
}

/** An agent with files leaves the user's variables of OpenTelemetry as they are, and sets none. */
const assertNoneSet = (before: Pod, after: Pod): void => {
  const ofSdk = ({ spec }: Pod): EnvVar[] =>
    spec.containers.flatMap(({ env }) => env ?? []).filter(({ name }) => name.startsWith('OTEL_'))
  assert.deepEqual(ofSdk(after), ofSdk(before))
}

/** Configuration alone is variables of OpenTelemetry in the containers, and nothing else. */
const assertOnlyConfigured = (before: Pod, after: Pod): void => {
  const withoutEnv = ({ spec }: Pod): unknown => ({
    ...spec,
    containers: spec.containers.map(({ env: _env, ...container }) => container),
  })
  assert.deepEqual(withoutEnv(after), withoutEnv(before))
}

const contexts = fc.record({
  reason: fc.constantFrom('AgentSelected', 'OverriddenByUser'),
  agent: agents,
  agentDelivery: deliveries,
  runtimeEnv,
  ratio: fc.constantFrom(1, 0.5),
})

const contextOf = (
  pod: Pod,
  { agent, agentDelivery, ...rest }: { agent: (typeof AGENTS)[number] } & Record<string, unknown>,
): DecisionContext =>
  contextFor(pod, agent, {
    settings: effectiveConfig({ agentDelivery, sampling: { traceRatio: rest['ratio'] } }),
    configFor: configFor(pod, agent, { runtimeEnv: rest['runtimeEnv'] as never, reason: rest['reason'] as never }),
  })

describe('the laws of mutation over generated pods', function () {
  this.timeout(60_000)

  it('hold for every pod, agent and way of delivery', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(podArbitrary, contexts, (pod, settings) => {
        const { decision, after } = assertLaws(pod, contextOf(pod, settings))
        for (const { reason } of Object.values(decision.containers)) seen.add(reason)
        if (settings.agent !== 'go-ebpf') assertRuntimeKept(pod, after, settings.runtimeEnv)
        if (settings.agent === 'sdk-config') assertOnlyConfigured(pod, after)
        else assertNoneSet(pod, after)
      }),
      { numRuns: 1_500 },
    )
    for (const outcome of ['Injected', 'MountConflict', 'EnvironmentConflict', 'IgnoredContainer']) {
      assert.ok(seen.has(outcome), `${outcome} was never tried`)
    }
  })

  it('hold whatever a namespace demands of a sidecar', () => {
    const seen = new Set<string>()
    const amounts = fc.record({
      cpu: fc.constantFrom('10m', '250m', '2'),
      memory: fc.constantFrom('50Mi', '300M', '4Gi'),
    })
    const ratios = fc.constantFrom({ cpu: '1' }, { memory: '1.5' }, {})
    const ranges = fc.record(
      { min: amounts, max: amounts, default: amounts, defaultRequest: amounts, maxLimitRequestRatio: ratios },
      { requiredKeys: [] },
    )
    const demands = fc.record({
      ranges: fc.array(
        fc.tuple(fc.constantFrom('Container', 'Pod'), ranges).map(([type, range]) => ({ name: 'a', type, ...range })),
        { maxLength: 2 },
      ),
      quotas: fc.array(fc.record({ name: fc.constant('b'), hard: amounts, used: amounts }), { maxLength: 1 }),
    })
    fc.assert(
      fc.property(podArbitrary, demands, (pod, limits) => {
        const { containers } = assertLaws(pod, contextFor(pod, 'go-ebpf', { limits })).decision
        for (const { reason } of Object.values(containers)) seen.add(reason)
      }),
      { numRuns: 500 },
    )
    for (const reason of ['Injected', 'QuotaForbids']) assert.ok(seen.has(reason), `${reason} was never seen`)
  })

  it('hold when another webhook adds a container, variables and volumes between two admissions', () => {
    fc.assert(
      fc.property(podArbitrary, contexts, (pod, settings) => {
        const context = contextOf(pod, settings)
        const { after } = assertLaws(pod, context)
        const meshed = structuredClone(after)
        meshed.spec.containers.unshift({ name: 'mesh', image: 'mesh' })
        meshed.spec.initContainers = [{ name: 'mesh-init', image: 'mesh' }, ...(meshed.spec.initContainers ?? [])]
        meshed.spec.volumes = [{ name: 'mesh', emptyDir: {} }, ...(meshed.spec.volumes ?? [])]
        for (const container of meshed.spec.containers) {
          container.env = [{ name: 'MESH_HOST', value: 'x' }, ...(container.env ?? []), { name: 'MESH', value: 'y' }]
        }
        const { patch } = decide(meshed, context)
        const touched = patch.filter(({ path }) => !path.startsWith('/metadata/annotations/odigos.io~1injection'))
        assert.deepEqual(touched, [])
      }),
      { numRuns: 500 },
    )
  })

  it('tell that the agent is there where another webhook adds a rival between two admissions', () => {
    fc.assert(
      fc.property(podArbitrary, contexts, (pod, settings) => {
        const context = contextOf(pod, settings)
        const { decision, after } = assertLaws(pod, context)
        for (const container of after.spec.containers) {
          container.env = [...(container.env ?? []), { name: 'DD_TRACE_AGENT_URL', value: 'x' }]
        }
        const { containers } = assertLaws(after, context).decision
        for (const [name, { reason }] of Object.entries(decision.containers)) {
          if (reason === 'Injected') assert.equal(containers[name]?.reason, 'Injected')
          else assert.notEqual(containers[name]?.reason, 'Injected')
        }
      }),
      { numRuns: 500 },
    )
  })

  it('any value at all is answered', () => {
    const odd = fc.oneof(fc.jsonValue(), fc.record({ metadata: fc.jsonValue(), spec: fc.jsonValue() }))
    const context = contextFor({ spec: { containers: [] } }, 'nodejs')
    fc.assert(
      fc.property(odd, (value) => assert.deepEqual(decide(value, context).patch, [])),
      { numRuns: 1_000 },
    )
  })

  it('any value in any place of a pod is answered', () => {
    const paths = [
      '/metadata',
      '/metadata/labels',
      '/metadata/annotations',
      '/spec/containers',
      '/spec/volumes',
      '/spec/dnsConfig',
    ]
    const inContainer = [
      'env',
      'envFrom',
      'volumeMounts',
      'resources',
      'securityContext',
      'livenessProbe',
      'lifecycle',
      'command',
      'image',
    ]
    const places = [...paths, '/spec/initContainers', ...inContainer.map((field) => `/spec/containers/0/${field}`)]
    fc.assert(
      fc.property(podArbitrary, agents, fc.constantFrom(...places), fc.jsonValue(), (pod, agent, path, value) => {
        const context = contextFor(pod, agent)
        const broken = applyPatch({ ...pod, metadata: pod.metadata ?? {} }, [{ op: 'add', path, value }])
        const { patch } = decide(broken, context)
        applyPatch(broken, patch)
      }),
      { numRuns: 1_000 },
    )
  })

  it('a pod of another workload is not changed at all', () => {
    fc.assert(
      fc.property(podArbitrary, agents, (pod, agent) => {
        const { patch, outcome } = decide(pod, contextFor(pod, agent, { configFor: undefined }))
        assert.deepEqual([patch, outcome], [[], 'NoSuchWorkload'])
      }),
    )
  })
})

describe('a patch', () => {
  const named = fc.record({ name: fc.constantFrom('a', 'b', 'c'), value: fc.jsonValue() })
  const tree = fc.record({ 'x/y~z': fc.jsonValue(), list: fc.array(named), kept: fc.anything() })

  it('turns any value into any other', () => {
    fc.assert(
      fc.property(tree, tree, (before, after) => {
        // fast-json-patch refuses to write such a member.
        fc.pre(!JSON.stringify([before, after]).includes('__proto__'))
        const [a, b] = [JSON.parse(JSON.stringify(before)) as never, JSON.parse(JSON.stringify(after)) as unknown]
        assert.deepEqual(applyPatch(a, additivePatch(a, b)), b)
      }),
      { numRuns: 1_000 },
    )
  })

  it('puts items into a list with one operation each', () => {
    const before = { list: [{ name: 'a' }, { name: 'c' }] }
    const after = { list: [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }] }
    assert.deepEqual(additivePatch(before, after), [
      { op: 'add', path: '/list/1', value: { name: 'b' } },
      { op: 'add', path: '/list/3', value: { name: 'd' } },
    ])
  })
})
