/** What follows from the definition of an agent, seen by adding one. */
import assert from 'node:assert/strict'
import { stripTypeScriptTypes } from 'node:module'
import { z } from 'zod'
import { openApiSchema } from '../../../../src/api/crd.ts'
import type { InstrumentationRule } from '../../../../src/api/kinds/instrumentation-rule.ts'
import { effectiveConfig } from '../../../../src/api/kinds/odigos-config.ts'
import type { Container, Pod, PodSpec } from '../../../../src/api/kubernetes.ts'
import type { Agent } from '../../../../src/api/vocabulary.ts'
import { agentSettings } from '../../../../src/controllers/instrumentor/decision/agent-settings.ts'
import { selectAgent } from '../../../../src/controllers/instrumentor/decision/select-agent.ts'
import { agentImage } from '../../../../deploy/images/agents/image.ts'
import { agentsModule, agentsTable, languagesTable, variablesTable } from '../../../../scripts/generate-agents.ts'
import type { FilesAgent } from '../../../../src/inject/agents/agent.ts'
import { appendOption } from '../../../../src/inject/agents/agent.ts'
import { agentImages } from '../../../../src/inject/agents/images.ts'
import { AGENT_DEFINITIONS } from '../../../../src/inject/agents/index.ts'
import { decide } from '../../../../src/inject/decide.ts'
import { injectionHash } from '../../../../src/inject/hash.ts'
import { configFor, contextFor, IMAGES } from '../../../support/injection/injection-context.ts'
import { applyPatch } from '../../../support/injection/pod-laws.ts'

const RUBY = 'ruby' as Agent

const ruby: FilesAgent = {
  name: RUBY,
  language: 'ruby',
  oldest: [3, 1],
  signals: ['traces'],
  delivery: 'files',
  hook: { name: 'RUBYOPT', addTo: appendOption('-r/var/odigos/ruby/boot'), besides: ['RUBYLIB'] },
  rules: [],
  env: [{ name: 'OTEL_RUBY_X', value: '1', why: 'an example' }],
  libraries: { list: 'OTEL_RUBY_OFF', always: ['rake'], why: 'never of interest' },
  sizeMiB: 8,
  leastMemory: '32Mi',
  memory: { first: 10, further: 10 },
  start: { cpuSeconds: 0.1, cores: 1 },
  documentation: { language: 'Ruby', agent: 'an example', content: 'nothing', size: '1 MB, 1' },
}
const agents = { ...AGENT_DEFINITIONS, ruby }

const pod = { metadata: { name: 'cart' }, spec: { containers: [{ name: 'app', image: 'cart:1' }] } } as Pod
const select = (runtimeVersion: string) =>
  selectAgent(
    {
      container: 'app',
      detection: { name: 'app', reason: 'Detected', message: '', evidence: [], language: 'ruby', runtimeVersion },
      pending: { reason: 'NotDetectedYet', message: '' },
      overrides: {},
      isIgnored: false,
    },
    agents,
  )

describe('an agent that is added to the registry', () => {
  it('is selected for its language, from its oldest version on', () => {
    assert.equal(select('3.1.0').agent, 'ruby')
    assert.deepEqual([select('2.7').agent, select('2.7').reason], [undefined, 'RuntimeNotSupported'])
  })

  it('is injected, with its files, its hook and its environment', () => {
    const { outcome, patch } = decide(pod, contextFor(pod, RUBY), agents)
    const { spec } = applyPatch(pod, patch) as { spec: PodSpec }
    const container = spec.containers[0] as Container
    const env = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]))
    assert.equal(outcome, 'Injected')
    assert.equal(env['RUBYOPT'], '-r/var/odigos/ruby/boot')
    assert.deepEqual(
      [env['ODIGOS_OTEL_RUBY_X'], env['ODIGOS_OTEL_RUBY_OFF'], env['ODIGOS_OTEL_LOGS_EXPORTER']],
      ['1', 'rake', undefined],
    )
    assert.equal(container.volumeMounts?.[0]?.mountPath, '/var/odigos/ruby')
    assert.deepEqual(
      [spec.initContainers?.[0]?.image, spec.volumes?.[0]?.emptyDir],
      [IMAGES.agent(RUBY), { sizeLimit: '8Mi' }],
    )
  })

  it('has nothing to send where the user switched off the only signal that it has', () => {
    const env = [{ name: 'OTEL_TRACES_EXPORTER', value: 'none' }]
    const silent = { ...pod, spec: { containers: [{ name: 'app', image: 'cart:1', env }] } } as Pod
    const { containers } = decide(silent, contextFor(silent, RUBY), agents)
    assert.equal(containers['app']?.reason, 'EnvironmentConflict')
  })

  it('is refused by a version that does not know it', () => {
    const { containers, patch } = decide(pod, contextFor(pod, RUBY))
    assert.deepEqual(containers['app'], {
      reason: 'NotSupported',
      message: 'agent ruby is not available in this version',
    })
    assert.deepEqual(
      patch.map(({ path }) => path),
      ['/metadata/annotations'],
    )
  })

  it('switches libraries off', () => {
    const rule = {
      metadata: { name: 'a', namespace: 'odigos-system' },
      spec: { disabled: false, disabledLibraries: ['rack'] },
    } as unknown as InstrumentationRule
    const subject = { namespaceLabels: {}, workloadLabels: {}, agent: RUBY }
    const { variables: settings } = agentSettings(subject, [rule], agents)
    assert.deepEqual(settings, [{ name: 'OTEL_RUBY_OFF', value: 'rack' }])
    const { patch } = decide(pod, contextFor(pod, RUBY, { configFor: configFor(pod, RUBY, { settings }) }), agents)
    assert.match(JSON.stringify(patch), /"rake,rack"/)
  })

  it('is in the hash, with how its files are delivered', () => {
    const hash = (agentDelivery: 'InitContainer' | 'ImageVolume') =>
      injectionHash(configFor(pod, RUBY), effectiveConfig({ agentDelivery }), IMAGES, agents)
    assert.notEqual(hash('InitContainer'), hash('ImageVolume'))
  })

  it('has an image, by the same name where it is built and where it is used', () => {
    const { name, inputs } = agentImage(RUBY)
    assert.equal(
      agentImages({ IMAGE_REGISTRY: 'r.test/x', IMAGE_TAG: '1', IMAGE_PULL_POLICY: 'Always' }).agent(RUBY),
      `r.test/x/${name}:1`,
    )
    assert.ok(inputs.includes('agents/ruby'))
  })

  it('is in the documentation', () => {
    const all = Object.values(agents)
    assert.match(languagesTable(all), /^\| Ruby \| an example \| 3\.1 \|$/m)
    assert.match(agentsTable(all), /^\| ruby \| `RUBYOPT=… -r\/var\/odigos\/ruby\/boot` \| nothing \| 1 MB, 1 \|$/m)
    assert.match(variablesTable(all), /^\| ruby \| `ODIGOS_OTEL_RUBY_OFF` \| `rake` \| never of interest \|$/m)
  })

  it('is in the schema of the CRDs, and the detector reads its variables', async () => {
    const code = stripTypeScriptTypes(agentsModule(Object.values(agents)))
    const { AGENTS, APPENDED_VARIABLES } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
      AGENTS: [string, ...string[]]
      APPENDED_VARIABLES: string[]
    }
    assert.deepEqual(openApiSchema(z.enum(AGENTS))['enum'], Object.keys(agents))
    assert.deepEqual(APPENDED_VARIABLES.slice(-2), ['RUBYOPT', 'RUBYLIB'])
  })
})
