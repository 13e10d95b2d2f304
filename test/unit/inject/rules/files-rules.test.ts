import assert from 'node:assert/strict'
import type { ContainerDecision } from '../../../../src/api/kinds/instrumentation-config.ts'
import type { Container, EnvVar, Pod } from '../../../../src/api/kubernetes.ts'
import type { Agent } from '../../../../src/api/vocabulary.ts'
import { decide } from '../../../../src/inject/decide.ts'
import { configFor, contextFor } from '../../../support/injection/injection-context.ts'
import { applyPatch, assertLaws } from '../../../support/injection/pod-laws.ts'

const podWith = (container: Partial<Container>, others: Container[] = []): Pod => ({
  spec: { containers: [{ name: 'app', image: 'app:1', ...container }, ...others] },
})

const outcomeOf = (agent: Agent, container: Partial<Container>, change: Partial<ContainerDecision> = {}) => {
  const pod = podWith(container)
  const { decision } = assertLaws(pod, contextFor(pod, agent, { configFor: configFor(pod, agent, change) }))
  return decision.containers['app']
}

describe('a value that only the kubelet knows', () => {
  const fromFile = (name: string, optional?: boolean): EnvVar => ({
    name,
    valueFrom: {
      fileKeyRef: { volumeName: 'v', path: 'env', key: name, ...(optional === undefined ? {} : { optional }) },
    },
  })

  for (const [agent, name] of [
    ['nodejs', 'NODE_OPTIONS'],
    ['python', 'PYTHONPATH'],
    ['java', 'JAVA_TOOL_OPTIONS'],
  ] as const) {
    it(`is added to where ${name} comes from a file`, () => {
      const pod = podWith({ env: [fromFile(name, false)] })
      const { after } = assertLaws(pod, contextFor(pod, agent))
      const [original, hook] = after.spec.containers[0]?.env ?? []
      assert.deepEqual(original, { ...fromFile(name, false), name: `ORIGINAL_${name}` })
      assert.match(hook?.value ?? '', new RegExp(`\\$\\(ORIGINAL_${name}\\)`))
      assert.equal(outcomeOf(agent, { env: [fromFile(name)] })?.reason, 'Injected')
    })

    it(`is left alone where the key of ${name} may be missing, as the reference would stay in the value`, () => {
      assert.equal(outcomeOf(agent, { env: [fromFile(name, true)] })?.reason, 'EnvironmentConflict')
    })
  }
})

describe('an environment into which nobody has looked', () => {
  const chosen = { reason: 'OverriddenByUser' } as const
  const configMap = [{ configMapRef: { name: 'settings' } }]
  const cases: [about: string, Partial<Container>, Partial<ContainerDecision>, string][] = [
    ['a ConfigMap', { envFrom: configMap }, chosen, 'EnvironmentConflict'],
    ['a Secret', { envFrom: [{ secretRef: { name: 's' } }] }, chosen, 'EnvironmentConflict'],
    ['a ConfigMap with a prefix', { envFrom: [{ prefix: 'X_', ...configMap[0] }] }, chosen, 'Injected'],
    [
      'a ConfigMap with a prefix of the name',
      { envFrom: [{ prefix: 'NODE_', ...configMap[0] }] },
      chosen,
      'EnvironmentConflict',
    ],
    ['no envFrom', {}, chosen, 'Injected'],
    ['an empty envFrom', { envFrom: [] }, chosen, 'Injected'],
    [
      'a ConfigMap that env overrides',
      { envFrom: configMap, env: [{ name: 'NODE_OPTIONS', value: '' }] },
      chosen,
      'Injected',
    ],
    ['a ConfigMap that was seen', { envFrom: configMap }, { ...chosen, image: 'app:1' }, 'Injected'],
    ['a ConfigMap of a detected container', { envFrom: configMap }, {}, 'Injected'],
  ]
  for (const [about, container, change, reason] of cases) {
    it(`${about}: ${reason}`, () => assert.equal(outcomeOf('nodejs', container, change)?.reason, reason))
  }
})

describe('local storage for the files of an agent', () => {
  const storage = (limit: string, request?: string) => ({
    resources: {
      limits: { 'ephemeral-storage': limit },
      ...(request ? { requests: { 'ephemeral-storage': request } } : {}),
    },
  })
  const cases: [about: string, Partial<Container>, string][] = [
    ['enough', storage('1Gi', '500Mi'), 'Injected'],
    ['a limit below the files', storage('32Mi'), 'QuotaForbids'],
    ['enough, but what the application requests', storage('1Gi', '990Mi'), 'QuotaForbids'],
    ['a request as high as the limit', storage('1Gi', '1Gi'), 'Injected'],
    ['a request without a limit', { resources: { requests: { 'ephemeral-storage': '1Gi' } } }, 'Injected'],
  ]
  for (const [about, container, reason] of cases) {
    it(`${about}: ${reason}`, () => assert.equal(outcomeOf('nodejs', container)?.reason, reason))
  }

  it('is needed once for each agent of the pod', () => {
    const pod = podWith(storage('100Mi'), [{ name: 'web', image: 'web:1' }])
    const containers = (['nodejs', 'python'] as const).flatMap((agent, index) =>
      configFor(pod, agent).containers.slice(index, index + 1),
    )
    const context = contextFor(pod, 'nodejs', { configFor: { ...configFor(pod, 'nodejs'), containers } })
    const { decision } = assertLaws(pod, context)
    assert.deepEqual(
      Object.values(decision.containers).map(({ reason }) => reason),
      ['Injected', 'QuotaForbids'],
    )
  })
})

describe('the init container of an earlier admission', () => {
  const large = { requests: { cpu: '4', memory: '16Gi' }, limits: { cpu: '4', memory: '16Gi' } }

  const afterResize = (resources: Container['resources']): Container | undefined => {
    const pod = podWith({ resources: large })
    const context = contextFor(pod, 'nodejs')
    const resized = assertLaws(pod, context).after
    resized.spec.containers[0] = { ...(resized.spec.containers[0] as Container), ...(resources ? { resources } : {}) }
    if (!resources) delete resized.spec.containers[0].resources
    const { patch } = decide(resized, context)
    const after = applyPatch(resized, patch)
    assert.deepEqual(decide(after, context).patch, [], 'once is enough')
    return after.spec.initContainers?.[0]
  }

  const lower: Record<string, Container['resources']> = {
    'less of both': { requests: { cpu: '1', memory: '8Gi' }, limits: { cpu: '1', memory: '8Gi' } },
    'less memory': { requests: { cpu: '4', memory: '1Gi' }, limits: { cpu: '4', memory: '1Gi' } },
    'requests below the same limits': { requests: { cpu: '100m', memory: '256Mi' }, limits: large.limits },
    'no limits any more': { requests: large.requests },
  }
  for (const [about, resources] of Object.entries(lower)) {
    it(`follows what another webhook has lowered: ${about}`, () =>
      assert.deepEqual(afterResize(resources)?.resources, resources))
  }

  it('follows the loss of all resources', () => assert.equal(afterResize(undefined)?.resources, undefined))

  it('stays as it is where more was given', () => {
    const more = { requests: { cpu: '8', memory: '32Gi' }, limits: { cpu: '8', memory: '32Gi' } }
    assert.deepEqual(afterResize(more)?.resources, large)
  })
})
