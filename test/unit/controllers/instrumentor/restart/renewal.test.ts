import assert from 'node:assert/strict'
import type { KubeObject } from '../../../../../src/api/kubernetes.ts'
import { renewals } from '../../../../../src/controllers/instrumentor/restart/renewal.ts'
import { podView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { workloadView } from '../../../../../src/controllers/instrumentor/watch/workload-view.ts'

const jobOf = (over: { suspend?: boolean; renewal?: string; labels?: Record<string, string> } = {}): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name: 'backup-29000000',
    namespace: 'shop',
    uid: 'job-1',
    labels: over.labels ?? {},
    annotations: over.renewal ? { 'odigos.io/renewal': over.renewal } : {},
  },
  spec: { suspend: over.suspend ?? false, template: { spec: { containers: [{ name: 'app', image: 'a' }] } } },
})

interface Sample {
  waits?: string
  agent?: boolean
  uid?: string
  hasStarted?: boolean
  phase?: string
}
const podOf = ({
  waits = 'ImagePullBackOff',
  agent = true,
  uid = 'job-1',
  hasStarted,
  phase = 'Pending',
}: Sample = {}) =>
  podView({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'p',
      namespace: 'shop',
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'backup-29000000', uid, controller: true }],
      annotations: agent ? { 'odigos.io/injection': '{"app":{"agent":"nodejs","reason":"Injected"}}' } : {},
    },
    spec: { containers: [{ name: 'app' }] },
    status: {
      phase,
      initContainerStatuses: [
        {
          name: 'odigos-agent-nodejs',
          ready: false,
          restartCount: 0,
          image: '',
          imageID: '',
          state: { waiting: { reason: waits } },
        },
      ],
      containerStatuses: [
        {
          name: 'app',
          ready: false,
          restartCount: 0,
          image: '',
          imageID: '',
          ...(hasStarted ? { containerID: 'containerd://1' } : {}),
          state: { waiting: { reason: 'PodInitializing' } },
        },
      ],
    },
  })

const progress = (job: KubeObject, pods = [podOf()], isRolledBack = true): string | undefined =>
  renewals({ jobs: [workloadView(job)], pods, isRolledBack })[0]?.progress

describe('renewal of Jobs', () => {
  it('suspends one whose pod waits for a container of ours, after the rollback', () => {
    assert.equal(progress(jobOf()), 'suspended')
    assert.equal(progress(jobOf(), [podOf()], false), undefined)
    for (const waits of ['ErrImagePull', 'InvalidImageName', 'CreateContainerError', 'CrashLoopBackOff'])
      assert.equal(progress(jobOf(), [podOf({ waits })]), 'suspended', waits)
  })

  it('leaves alone what starts, what has run, what has no agent, and pods of others', () => {
    assert.equal(progress(jobOf(), [podOf({ waits: 'PodInitializing' })]), undefined)
    assert.equal(progress(jobOf(), [podOf({ hasStarted: true })]), undefined)
    assert.equal(progress(jobOf(), [podOf({ agent: false })]), undefined)
    assert.equal(progress(jobOf(), [podOf({ uid: 'job-2' })]), undefined)
    assert.equal(progress(jobOf(), [podOf({ phase: 'Failed' })]), undefined)
  })

  it('resumes it when its pods are gone, also where the workload is not rolled back any more', () => {
    const suspended = jobOf({ suspend: true, renewal: 'suspended' })
    assert.equal(progress(suspended), undefined)
    assert.equal(progress(suspended, []), 'resumed')
    assert.equal(progress(suspended, [], false), 'resumed')
    assert.equal(progress(suspended, [podOf({ phase: 'Failed' })]), 'resumed')
  })

  it('happens once', () => {
    assert.equal(progress(jobOf({ renewal: 'resumed' })), undefined)
    assert.equal(progress(jobOf({ renewal: 'suspended' })), undefined)
  })

  it('does not touch Jobs that somebody suspended, or that a queue controls', () => {
    assert.equal(progress(jobOf({ suspend: true }), []), undefined)
    assert.equal(progress(jobOf({ suspend: true, renewal: 'resumed' }), []), undefined)
    assert.equal(progress(jobOf({ labels: { 'kueue.x-k8s.io/queue-name': 'q' } })), undefined)
  })
})
