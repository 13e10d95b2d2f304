/** LimitRanges and ResourceQuotas: a pod that is admitted without the webhook is admitted with it. */
import assert from 'node:assert/strict'
import type { Pod, Resources } from '../../src/api/kubernetes.ts'
import type { Agent } from '../../src/api/vocabulary.ts'
import { AGENTS } from '../../src/api/vocabulary.ts'
import type { AdmissionScene } from '../support/admission-scene.ts'
import { isReviewed, ownedBy, startAdmissionScene } from '../support/admission-scene.ts'
import { eventually } from '../support/eventually.ts'
import type { RawAnswer } from '../support/raw-requests.ts'

const amounts = (cpu: string, memory: string): Record<string, string> => ({ cpu, memory })

/** Pods by what their container asks for. */
const PODS = {
  none: {},
  small: { requests: amounts('20m', '32Mi'), limits: amounts('40m', '64Mi') },
  burstable: { requests: amounts('200m', '128Mi'), limits: amounts('400m', '256Mi') },
  guaranteed: { requests: amounts('300m', '256Mi'), limits: amounts('300m', '256Mi') },
  large: { requests: amounts('2', '4Gi'), limits: amounts('4', '8Gi') },
} satisfies Record<string, Resources>
type PodName = keyof typeof PODS
const NAMES = Object.keys(PODS) as PodName[]

const podOf = (name: PodName, agent: Agent): Pod =>
  ownedBy({ spec: { containers: [{ name: 'main', image: 'shop/main:1', resources: PODS[name] }] } }, `${name}-${agent}`)

interface Demand {
  plural: 'limitranges' | 'resourcequotas'
  spec: object
  /** Pods that are admitted without us. */
  admits: PodName[]
  /**
   * Known limit of the webhook: it does not know the demands of namespaces, and what a sidecar asks for counts beside
   * the others. These pods are refused with one.
   */
  notWithSidecar?: PodName[]
}
const limits = (limit: object, admits: PodName[], notWithSidecar?: PodName[]): Demand => ({
  plural: 'limitranges',
  spec: { limits: [limit] },
  admits,
  ...(notWithSidecar ? { notWithSidecar } : {}),
})
const quota = (hard: Record<string, string>, admits: PodName[], notWithSidecar?: PodName[]): Demand => ({
  plural: 'resourcequotas',
  spec: { hard },
  admits,
  ...(notWithSidecar ? { notWithSidecar } : {}),
})
const all = (requests: [string, string], limit: [string, string]): Record<string, string> => ({
  'requests.cpu': requests[0],
  'requests.memory': requests[1],
  'limits.cpu': limit[0],
  'limits.memory': limit[1],
})

/** What a namespace demands, by its name. */
const DEMANDS: Record<string, Demand> = {
  defaults: limits(
    { type: 'Container', default: amounts('500m', '512Mi'), defaultRequest: amounts('100m', '128Mi') },
    NAMES,
  ),
  most: limits({ type: 'Container', max: amounts('400m', '256Mi') }, ['none', 'small', 'burstable', 'guaranteed']),
  'quota-wide': quota(all(['8', '16Gi'], ['8', '16Gi']), ['small', 'burstable', 'guaranteed', 'large']),
  'quota-tight': quota(
    all(['300m', '256Mi'], ['400m', '256Mi']),
    ['small', 'burstable', 'guaranteed'],
    ['burstable', 'guaranteed'],
  ),
  'most-of-pod': limits(
    { type: 'Pod', max: amounts('400m', '256Mi') },
    ['small', 'burstable', 'guaranteed'],
    ['burstable', 'guaranteed'],
  ),
  least: limits(
    { type: 'Container', min: amounts('150m', '100Mi') },
    ['none', 'burstable', 'guaranteed', 'large'],
    ['none', 'burstable', 'guaranteed', 'large'],
  ),
  ratio: limits(
    { type: 'Container', maxLimitRequestRatio: amounts('2', '2') },
    ['small', 'burstable', 'guaranteed', 'large'],
    ['burstable', 'large'],
  ),
}

describe('admission in namespaces that demand resources', function () {
  this.timeout(120_000)
  let scene: AdmissionScene
  const plainOf = (name: string): string => `${name}-plain`

  const demand = async (namespace: string, { plural, spec }: Demand): Promise<void> => {
    const path = `/api/v1/namespaces/${namespace}/${plural}`
    const { status, body } = await scene.post(path, { metadata: { name: 'demand' }, spec })
    assert.equal(status, 201, JSON.stringify(body['message']))
    if (plural !== 'resourcequotas') return
    // Without its controller the status is ours to write.
    const { hard } = spec as { hard: Record<string, string> }
    const used = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']))
    await scene.client.request('PATCH', `${path}/demand/status`, { status: { hard, used } })
  }

  before(async () => {
    const names = Object.keys(DEMANDS)
    scene = await startAdmissionScene(names, names.map(plainOf))
    for (const [name, each] of Object.entries(DEMANDS)) {
      for (const agent of AGENTS)
        await scene.instrument(
          name,
          NAMES.map((pod) => podOf(pod, agent)),
          agent,
        )
      // The plain namespace comes last: when the API server knows its demand, it knows the other.
      await demand(name, each)
      await demand(plainOf(name), each)
    }
  })
  after(async () => scene?.[Symbol.asyncDispose]())

  const admitted = async (namespace: string, agent: Agent): Promise<{ names: PodName[]; why: string[] }> => {
    const names: PodName[] = []
    const why: string[] = []
    for (const name of NAMES) {
      const answer: RawAnswer = await scene.tryPod(namespace, podOf(name, agent))
      if (answer.status === 201) names.push(name)
      else why.push(String(answer.body['message']))
      if (answer.status === 201) assert.equal(isReviewed(answer.body), !namespace.endsWith('-plain'))
    }
    return { names, why }
  }

  for (const [name, { admits, notWithSidecar = [] }] of Object.entries(DEMANDS)) {
    it(name, async () => {
      await eventually(async () => assert.deepEqual((await admitted(plainOf(name), 'nodejs')).names, admits))
      for (const agent of AGENTS) {
        const expected = agent === 'go-ebpf' ? admits.filter((pod) => !notWithSidecar.includes(pod)) : admits
        const { names, why } = await admitted(name, agent)
        assert.deepEqual(names, expected, `${agent}: ${why.join('\n')}`)
      }
    })
  }
})
