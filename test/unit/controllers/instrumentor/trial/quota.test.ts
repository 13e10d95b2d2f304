/** A quota that is too full for one more pod, and whether the pods of a restart fit. */
import assert from 'node:assert/strict'
import type { KubeObject, Pod } from '../../../../../src/api/kubernetes.ts'
import { isQuotaRefusal, lacksQuota } from '../../../../../src/controllers/instrumentor/trial/quota.ts'

const MI = 'requests.memory'
const message = (requested: string, used: string, limited: string): string =>
  `pods "web-" is forbidden: exceeded quota: compute, requested: ${requested}, used: ${used}, limited: ${limited}`

const workload = (kind: string, spec: object = {}, status: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web' },
  spec,
  status,
})
const bare: Pod = { spec: { containers: [{ name: 'app', resources: { requests: { memory: '100Mi', cpu: '1' } } }] } }
/** One pod more has 50 MiB more than before; the quota has 124 MiB left. */
const more = message(`${MI}=150Mi`, `${MI}=900Mi`, `${MI}=1Gi`)

const ROWS: [title: string, text: string, workload: KubeObject, lacks: boolean][] = [
  ['a Deployment creates a pod beside the others', more, workload('Deployment', { replicas: 1 }), true],
  [
    'a Deployment without surge replaces its pods',
    more,
    workload('Deployment', { replicas: 2, strategy: { rollingUpdate: { maxSurge: 0 } } }),
    false,
  ],
  [
    'the same in percent',
    more,
    workload('Deployment', { replicas: 2, strategy: { rollingUpdate: { maxSurge: '0%' } } }),
    false,
  ],
  ['one that recreates', more, workload('Deployment', { replicas: 2, strategy: { type: 'Recreate' } }), false],
  ['a StatefulSet of two', more, workload('StatefulSet', { replicas: 2 }), false],
  ['a StatefulSet of three, of which the last has no room', more, workload('StatefulSet', { replicas: 3 }), true],
  ['a DaemonSet on two nodes', more, workload('DaemonSet', {}, { desiredNumberScheduled: 2 }), false],
  ['a DaemonSet on three nodes', more, workload('DaemonSet', {}, { desiredNumberScheduled: 3 }), true],
  [
    'a DaemonSet with surge',
    more,
    workload('DaemonSet', { updateStrategy: { rollingUpdate: { maxSurge: 1 } } }, { desiredNumberScheduled: 1 }),
    true,
  ],
  ['the next run of a CronJob', more, workload('CronJob'), true],
  [
    'several resources, of which one is lacking',
    message(`cpu=1,${MI}=150Mi`, `cpu=3,${MI}=900Mi`, `cpu=4,${MI}=924Mi`),
    workload('StatefulSet', { replicas: 1 }),
    true,
  ],
  [
    'a resource that no agent adds',
    message('requests.nvidia.com/gpu=1', 'requests.nvidia.com/gpu=1', 'requests.nvidia.com/gpu=1'),
    workload('StatefulSet', { replicas: 1 }),
    false,
  ],
]

describe('a quota that refuses one more pod with an agent', () => {
  for (const [title, text, object, lacks] of ROWS)
    it(`${lacks ? 'lacks' : 'has'} room: ${title}`, () => assert.equal(lacksQuota(text, object, bare), lacks))

  it('is told from one that asks for what a container lacks', () => {
    assert.equal(isQuotaRefusal(more), true)
    assert.equal(isQuotaRefusal('pods "web-" is forbidden: failed quota: q: must specify limits.cpu for: app'), false)
  })
})
