/** What the user's OTEL_* variables lead to, from the container and from the image or envFrom alike. */
import assert from 'node:assert/strict'
import type { ContainerDecision } from '../../../../src/api/kinds/instrumentation-config.ts'
import type { EnvVar, Pod } from '../../../../src/api/kubernetes.ts'
import type { Agent } from '../../../../src/api/vocabulary.ts'
import { decide } from '../../../../src/inject/decide.ts'
import { configFor, contextFor } from '../../../support/injection/injection-context.ts'
import { applyPatch } from '../../../support/injection/pod-laws.ts'

const podWith = (env: EnvVar[]): Pod => ({ spec: { containers: [{ name: 'app', image: 'app:1', env }] } })

const outcomeOf = (agent: Agent, env: EnvVar[], change: Partial<ContainerDecision> = {}) => {
  const pod = podWith(env)
  const { patch, containers } = decide(pod, contextFor(pod, agent, { configFor: configFor(pod, agent, change) }))
  const after = applyPatch(pod, patch).spec.containers[0]?.env ?? []
  const settings = Object.fromEntries(after.map(({ name, value }) => [name, value]))
  return { reason: containers['app']?.reason, message: containers['app']?.message ?? '', settings }
}

const literals = (text: string): { name: string; value: string }[] =>
  text.split(' ').map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1) }))

type Case = [agent: Agent, variables: string, reason: string, message?: RegExp]

const OURS = 'http://odigos-node-collector.odigos-system:4318'
const CASES: Case[] = [
  // a backend of the container's own
  [
    'nodejs',
    'OTEL_EXPORTER_OTLP_ENDPOINT=http://gateway:4317',
    'OtherAgent',
    /goes to a backend of the container's own/,
  ],
  ['python', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://otlp.test/v1/traces', 'OtherAgent', /TRACES_ENDPOINT/],
  ['java', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://localhost:4318/v1/metrics', 'OtherAgent', /METRICS_ENDPOINT/],
  ['java', 'OTEL_EXPORTER_OTLP_HEADERS=api-key=x', 'OtherAgent', /HEADERS is set/],
  ['nodejs', 'OTEL_EXPORTER_OTLP_LOGS_HEADERS=api-key=x', 'OtherAgent'],
  ['nodejs', 'OTEL_EXPORTER_OTLP_ENDPOINT=http://odigos-node-collector-2.odigos-system:4318', 'OtherAgent'],
  // our own collector, by any of its names
  ['nodejs', `OTEL_EXPORTER_OTLP_ENDPOINT=${OURS}`, 'Injected'],
  [
    'nodejs',
    'OTEL_EXPORTER_OTLP_ENDPOINT=http://ODIGOS-node-collector.odigos-system.svc.cluster.local:4318/',
    'Injected',
  ],
  // a protocol alone
  [
    'python',
    'OTEL_EXPORTER_OTLP_PROTOCOL=grpc',
    'EnvironmentConflict',
    /PROTOCOL is grpc, the agent supports http\/protobuf/,
  ],
  ['python', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json', 'EnvironmentConflict'],
  ['java', 'OTEL_EXPORTER_OTLP_PROTOCOL=http/json', 'EnvironmentConflict'],
  ['java', 'OTEL_EXPORTER_OTLP_PROTOCOL=grpc', 'Injected'],
  ['nodejs', 'OTEL_EXPORTER_OTLP_PROTOCOL=http/json', 'Injected'],
  // exporters
  [
    'python',
    'OTEL_TRACES_EXPORTER=jaeger',
    'EnvironmentConflict',
    /OTEL_TRACES_EXPORTER is jaeger, the agent supports otlp/,
  ],
  ['java', 'OTEL_TRACES_EXPORTER=otlp,jaeger', 'EnvironmentConflict', /is jaeger/],
  ['python', 'OTEL_METRICS_EXPORTER=prometheus', 'EnvironmentConflict'],
  ['python', 'OTEL_TRACES_EXPORTER=otlp_proto_grpc', 'EnvironmentConflict'],
  ['java', 'OTEL_METRICS_EXPORTER=prometheus', 'Injected'],
  ['nodejs', 'OTEL_TRACES_EXPORTER=console,otlp', 'Injected'],
  ['nodejs', 'OTEL_TRACES_EXPORTER=console', 'Injected'],
  ['nodejs', 'OTEL_TRACES_EXPORTER=none OTEL_METRICS_EXPORTER=console', 'EnvironmentConflict', /nothing would be sent/],
  ['nodejs', 'OTEL_TRACES_EXPORTER=none OTEL_METRICS_EXPORTER=', 'Injected'],
  // switches and configuration files
  ['nodejs', 'OTEL_SDK_DISABLED=true', 'EnvironmentConflict', /disables the agent/],
  ['go-ebpf', 'OTEL_SDK_DISABLED=TRUE', 'EnvironmentConflict'],
  ['nodejs', 'OTEL_SDK_DISABLED=false', 'Injected'],
  ['java', 'OTEL_JAVAAGENT_ENABLED=false', 'EnvironmentConflict'],
  ['nodejs', 'OTEL_JAVAAGENT_ENABLED=false', 'Injected'],
  ['python', 'OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=*', 'EnvironmentConflict'],
  ['python', 'OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=flask', 'Injected'],
  ['java', 'OTEL_CONFIG_FILE=/etc/otel.yaml', 'EnvironmentConflict', /ignores all other settings/],
  ['nodejs', 'OTEL_EXPERIMENTAL_CONFIG_FILE=/etc/otel.yaml', 'EnvironmentConflict'],
  ['nodejs', 'OTEL_CONFIG_FILE=', 'Injected'],
  // propagators, samplers, compression
  ['python', 'OTEL_PROPAGATORS=tracecontext,jaeger', 'EnvironmentConflict', /PROPAGATORS is jaeger/],
  ['nodejs', 'OTEL_PROPAGATORS=tracecontext,jaeger', 'Injected'],
  ['java', 'OTEL_PROPAGATORS=ottrace', 'Injected'],
  ['java', 'OTEL_TRACES_SAMPLER=probabilistic', 'EnvironmentConflict'],
  ['go-ebpf', 'OTEL_TRACES_SAMPLER=jaeger_remote', 'EnvironmentConflict'],
  ['java', 'OTEL_TRACES_SAMPLER=jaeger_remote OTEL_TRACES_SAMPLER_ARG=endpoint=http://x:14250', 'Injected'],
  ['java', 'OTEL_TRACES_SAMPLER=traceidratio OTEL_TRACES_SAMPLER_ARG=10%', 'EnvironmentConflict', /no ratio/],
  ['java', 'OTEL_TRACES_SAMPLER=parentbased_traceidratio OTEL_TRACES_SAMPLER_ARG=5', 'EnvironmentConflict'],
  ['nodejs', 'OTEL_TRACES_SAMPLER=traceidratio OTEL_TRACES_SAMPLER_ARG=0.1', 'Injected'],
  ['java', 'OTEL_EXPORTER_OTLP_COMPRESSION=zstd', 'EnvironmentConflict'],
  ['java', 'OTEL_EXPORTER_OTLP_COMPRESSION=gzip', 'Injected'],
  // a sidecar sees only identity and sampling
  ['go-ebpf', 'OTEL_EXPORTER_OTLP_ENDPOINT=http://gateway:4317', 'Injected'],
  ['go-ebpf', 'OTEL_TRACES_EXPORTER=jaeger', 'Injected'],
]

describe("the user's OpenTelemetry variables", () => {
  for (const [agent, variables, reason, message = /^/] of CASES) {
    it(`${agent}: ${variables}: ${reason}`, () => {
      const env = literals(variables)
      const inContainer = outcomeOf(agent, env)
      assert.equal(inContainer.reason, reason, inContainer.message)
      assert.match(inContainer.message, message)
      // An empty variable is not reported.
      const runtimeEnv = env.filter(({ value }) => value !== '')
      assert.equal(outcomeOf(agent, [], { runtimeEnv }).reason, reason)
    })
  }

  it('in the container take precedence over those of the image, empty ones too', () => {
    const runtimeEnv = literals('OTEL_SDK_DISABLED=true OTEL_TRACES_EXPORTER=jaeger')
    const { reason } = outcomeOf('nodejs', literals('OTEL_SDK_DISABLED=false OTEL_TRACES_EXPORTER='), { runtimeEnv })
    assert.equal(reason, 'Injected')
  })

  it('whose value is unknown are taken for what their presence says', () => {
    const reference = (name: string): EnvVar[] => [{ name, valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }]
    assert.equal(outcomeOf('java', reference('OTEL_EXPORTER_OTLP_ENDPOINT')).reason, 'OtherAgent')
    assert.equal(outcomeOf('java', reference('OTEL_CONFIG_FILE')).reason, 'EnvironmentConflict')
    assert.equal(outcomeOf('java', reference('OTEL_EXPORTER_OTLP_PROTOCOL')).reason, 'EnvironmentConflict')
    assert.equal(outcomeOf('java', reference('OTEL_TRACES_EXPORTER')).reason, 'Injected')
    const nodeIp = [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://$(NODE_IP):4317' }]
    assert.equal(outcomeOf('nodejs', nodeIp).reason, 'OtherAgent')
    const unread = { runtimeEnv: [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: '' }] }
    assert.equal(outcomeOf('nodejs', [], unread).reason, 'OtherAgent')
  })
})

describe("the user's half of an exporter", () => {
  const GRPC = OURS.replace('4318', '4317')

  it('is a protocol: each signal gets the address that fits it, and the common one stays that of HTTP', () => {
    const { settings } = outcomeOf('java', literals('OTEL_EXPORTER_OTLP_PROTOCOL=grpc'))
    assert.equal(settings['ODIGOS_OTEL_EXPORTER_OTLP_ENDPOINT'], OURS)
    assert.equal(settings['ODIGOS_OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'], GRPC)
    assert.equal(settings['ODIGOS_OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'], GRPC)
  })

  it('is a protocol of one signal: only that one gets another address', () => {
    const { settings } = outcomeOf('nodejs', literals('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc'))
    assert.equal(settings['ODIGOS_OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'], GRPC)
    assert.equal(settings['ODIGOS_OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'], undefined)
  })

  it('is an endpoint, with an agent that the user has chosen: the protocol follows its port', () => {
    const chosen = { reason: 'OverriddenByUser' } as const
    const [grpc, http] = ['http://gateway:4317', 'http://gateway:4318'].map((value) =>
      outcomeOf('java', [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value }], chosen),
    )
    assert.deepEqual([grpc?.reason, http?.reason], ['Injected', 'Injected'])
    assert.equal(grpc?.settings['ODIGOS_OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'], 'grpc')
    assert.equal(http?.settings['ODIGOS_OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'], undefined)
    const lacking = outcomeOf('python', literals('OTEL_EXPORTER_OTLP_ENDPOINT=http://gateway:4317/'), chosen)
    assert.equal(lacking.reason, 'EnvironmentConflict')
    assert.match(lacking.message, /does not support/)
  })

  it('is a whole: nothing is added to it', () => {
    const both = literals('OTEL_EXPORTER_OTLP_ENDPOINT=http://gateway:4317 OTEL_EXPORTER_OTLP_PROTOCOL=grpc')
    const { settings } = outcomeOf('java', both, { reason: 'OverriddenByUser' })
    assert.deepEqual(
      Object.keys(settings).filter((name) => /OTLP_(TRACES|METRICS)/.test(name)),
      [],
    )
  })
})
