/** LimitRanges and ResourceQuotas: a pod that is admitted without the webhook is admitted with it. */
import assert from 'node:assert/strict'
import type { Pod, Resources } from '../../src/api/kubernetes.ts'
import type { Agent } from '../../src/api/vocabulary.ts'
import { AGENTS } from '../../src/api/vocabulary.ts'
import type { AdmissionScene } from '../support/admission/admission-scene.ts'
import { isReviewed, ownedBy, startAdmissionScene } from '../support/admission/admission-scene.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import type { RawResponse } from '../support/api-server/raw-requests.ts'

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
  /** Pods that are admitted without a sidecar, because with one they would be refused. */
  withoutSidecar?: PodName[]
}
const limits = (limit: object, admits: PodName[], withoutSidecar?: PodName[]): Demand => ({
  plural: 'limitranges',
  spec: { limits: [limit] },
  admits,
  ...(withoutSidecar ? { withoutSidecar } : {}),
})
const quota = (hard: Record<string, string>, admits: PodName[], withoutSidecar?: PodName[]): Demand => ({
  plural: 'resourcequotas',
  spec: { hard },
  admits,
  ...(withoutSidecar ? { withoutSidecar } : {}),
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
  least: limits({ type: 'Container', min: amounts('150m', '100Mi') }, ['none', 'burstable', 'guaranteed', 'large']),
  ratio: limits({ type: 'Container', maxLimitRequestRatio: amounts('2', '2') }, [
    'small',
    'burstable',
    'guaranteed',
    'large',
  ]),
}

interface Answers {
  names: PodName[]
  /** Of them, those that got no agent because of what the namespace demands. */
  without: PodName[]
  why: string[]
}

const isForbidden = (pod: unknown): boolean =>
  (pod as Pod).metadata?.annotations?.['odigos.io/injection']?.includes('QuotaForbids') === true

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

  const admitted = async (namespace: string, agent: Agent): Promise<Answers> => {
    const names: PodName[] = []
    const without: PodName[] = []
    const why: string[] = []
    for (const name of NAMES) {
      const answer: RawResponse = await scene.tryPod(namespace, podOf(name, agent))
      if (answer.status === 201) names.push(name)
      else why.push(String(answer.body['message']))
      if (answer.status === 201) assert.equal(isReviewed(answer.body), !namespace.endsWith('-plain'))
      if (isForbidden(answer.body)) without.push(name)
    }
    return { names, without, why }
  }

  for (const [name, { admits, withoutSidecar = [] }] of Object.entries(DEMANDS)) {
    it(name, async () => {
      await eventuallyPasses(async () => assert.deepEqual((await admitted(plainOf(name), 'nodejs')).names, admits))
      for (const agent of AGENTS) {
        const expected = agent === 'go-ebpf' ? withoutSidecar : []
        const hold = async (): Promise<void> => {
          const { names, without, why } = await admitted(name, agent)
          assert.deepEqual(names, admits, `${agent}: ${why.join('\n')}`)
          assert.deepEqual(without, expected, agent)
        }
        // The webhook learns of a demand a moment after the API server.
        await (agent === 'go-ebpf' ? eventuallyPasses(hold) : hold())
      }
    })
  }
})
