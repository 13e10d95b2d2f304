import assert from 'node:assert/strict'
import type { Pod } from '../../../../src/api/kubernetes.ts'
import { ownerCandidates } from '../../../../src/inject/pod/owner.ts'

const podOwnedBy = (owner: object | undefined, labels?: Record<string, string>): Pod =>
  ({
    metadata: {
      ...(labels ? { labels } : {}),
      ...(owner ? { ownerReferences: [{ controller: true, ...owner }] } : {}),
    },
    spec: { containers: [] },
  }) as unknown as Pod

const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'cart-5d59d67564' }
const hash = { 'pod-template-hash': '5d59d67564' }

describe('owners of a pod, from the pod alone', () => {
  const cases: [string, Pod, string[]][] = [
    ['a ReplicaSet of a Deployment', podOwnedBy(replicaSet, hash), ['apps/v1 Deployment cart']],
    ['a ReplicaSet without the label', podOwnedBy(replicaSet, {}), []],
    ['a ReplicaSet, and a pod without labels', podOwnedBy(replicaSet), []],
    ['a ReplicaSet whose name ends otherwise', podOwnedBy({ ...replicaSet, name: 'cart-abc' }, hash), []],
    ['a ReplicaSet of another group', podOwnedBy({ ...replicaSet, apiVersion: 'example.com/v1' }, hash), []],
    ['a ReplicaSet with the hash of a kind that is not known', podOwnedBy(replicaSet, { 'x-hash': '5d59d67564' }), []],
    [
      'a StatefulSet',
      podOwnedBy({ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' }),
      ['apps/v1 StatefulSet db'],
    ],
    ['a DaemonSet', podOwnedBy({ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'log' }), ['apps/v1 DaemonSet log']],
    ['a Job', podOwnedBy({ apiVersion: 'batch/v1', kind: 'Job', name: 'migrate-7' }), ['batch/v1 Job migrate-7']],
    [
      'a Job of a CronJob',
      podOwnedBy({ apiVersion: 'batch/v1', kind: 'Job', name: 'report-29381760' }),
      ['batch/v1 Job report-29381760', 'batch/v1 CronJob report'],
    ],
    ...['backup-20251126', 'build-12345678', 'export-1732620000', 'report-202511261430', 'run-99999999'].map(
      (name): [string, Pod, string[]] => [
        `a Job with a date or number of its own: ${name}`,
        podOwnedBy({ apiVersion: 'batch/v1', kind: 'Job', name }),
        [`batch/v1 Job ${name}`],
      ],
    ),
    ['a node, as a mirror pod has', podOwnedBy({ apiVersion: 'v1', kind: 'Node', name: 'n' }), []],
    ['an owner that does not control', podOwnedBy({ ...replicaSet, controller: false }, hash), []],
    ['nobody', podOwnedBy(undefined), []],
    ['an owner without a name', podOwnedBy({ apiVersion: 'apps/v1', kind: 'StatefulSet' }), []],
    ['owners that are no list', { metadata: { ownerReferences: 7 }, spec: { containers: [] } } as never, []],
  ]
  for (const [name, pod, expected] of cases) {
    it(name, () => {
      const found = ownerCandidates(pod).map((owner) => `${owner.apiVersion} ${owner.kind} ${owner.name}`)
      assert.deepEqual(found, expected)
    })
  }
})
