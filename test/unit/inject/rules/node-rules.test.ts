import assert from 'node:assert/strict'
import type { Pod, PodSpec } from '../../../../src/api/kubernetes.ts'
import type { Agent } from '../../../../src/api/vocabulary.ts'
import { decide } from '../../../../src/inject/decide.ts'
import { configFor, contextFor } from '../../../support/injection/injection-context.ts'

const outcomeOf = (spec: Partial<PodSpec>, agent: Agent = 'nodejs', change: Parameters<typeof configFor>[2] = {}) => {
  const pod: Pod = { spec: { ...spec, containers: [{ name: 'app', image: 'app:1' }] } }
  return decide(pod, contextFor(pod, agent, { configFor: configFor(pod, agent, change) })).containers['app']
}

type Expression = [key: string, operator: string, ...values: string[]]
const affinity = (...terms: Expression[][]): Partial<PodSpec> => {
  const nodeSelectorTerms = terms.map((expressions) => ({
    matchExpressions: expressions.map(([key, operator, ...values]) => ({ key, operator, values })),
  }))
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  }
}

const [OS, ARCH] = ['kubernetes.io/os', 'kubernetes.io/arch']
type Row = [about: string, spec: Partial<PodSpec>, reason: string, message?: string]

const ROWS: Row[] = [
  ['nothing', {}, 'Injected'],
  ['Windows by its field', { os: { name: 'windows' } }, 'NotLinux', 'the pod requires windows'],
  ['Windows by nodeSelector', { nodeSelector: { [OS]: 'windows' } }, 'NotLinux'],
  ['Windows by the label of old', { nodeSelector: { 'beta.kubernetes.io/os': 'windows' } }, 'NotLinux'],
  ['Windows by affinity', affinity([[OS, 'In', 'windows']]), 'NotLinux', 'the pod requires windows'],
  ['anything but Linux', affinity([[OS, 'NotIn', 'linux']]), 'NotLinux', 'the pod requires another than linux'],
  ['Linux or Windows', affinity([[OS, 'In', 'windows', 'linux']]), 'Injected'],
  ['Linux', { os: { name: 'linux' }, nodeSelector: { [OS]: 'linux' } }, 'Injected'],
  [
    'arm64 by nodeSelector',
    { nodeSelector: { [ARCH]: 'arm64' } },
    'ArchitectureNotSupported',
    'the pod requires arm64',
  ],
  ['arm64 by the label of old', { nodeSelector: { 'beta.kubernetes.io/arch': 'arm64' } }, 'ArchitectureNotSupported'],
  ['s390x by affinity', affinity([[ARCH, 'In', 's390x']]), 'ArchitectureNotSupported'],
  [
    'arm64 among other expressions',
    affinity([
      ['zone', 'In', 'a'],
      [ARCH, 'In', 'arm64', 'ppc64le'],
    ]),
    'ArchitectureNotSupported',
    'the pod requires arm64 or ppc64le',
  ],
  ['arm64 in every term', affinity([[ARCH, 'In', 'arm64']], [[ARCH, 'NotIn', 'amd64']]), 'ArchitectureNotSupported'],
  ['arm64 in one of two terms', affinity([[ARCH, 'In', 'arm64']], [['zone', 'In', 'a']]), 'Injected'],
  ['amd64', { nodeSelector: { [ARCH]: 'amd64' }, ...affinity([[ARCH, 'In', 'amd64', 'arm64']]) }, 'Injected'],
  ['anything but arm64', affinity([[ARCH, 'NotIn', 'arm64']]), 'Injected'],
  ['a label that only has to exist', affinity([[ARCH, 'Exists']]), 'Injected'],
  [
    'arm64 where possible',
    {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: ARCH, operator: 'In', values: ['arm64'] }] } },
          ],
        },
      },
    },
    'Injected',
  ],
  ['terms that are none', { affinity: { nodeAffinity: 7 } }, 'Injected'],
]

describe('the nodes of a pod', () => {
  for (const [about, spec, reason, message] of ROWS) {
    it(`${about}: ${reason}`, () => {
      assert.equal(outcomeOf(spec)?.reason, reason)
      if (message !== undefined) assert.equal(outcomeOf(spec)?.message, message)
    })
  }

  it('can be of another architecture for a user who chooses the agent, and where none is added', () => {
    const spec = { nodeSelector: { [ARCH]: 'arm64' } }
    assert.equal(outcomeOf(spec, 'nodejs', { reason: 'OverriddenByUser' })?.reason, 'Injected')
    assert.equal(outcomeOf(spec, 'sdk-config')?.reason, 'Injected')
    assert.equal(outcomeOf(spec, 'go-ebpf')?.reason, 'ArchitectureNotSupported')
  })
})
