/** Detector pods as kubelets and controllers leave them, and what is told about them. */
import assert from 'node:assert/strict'
import type { PodStatus } from '../../../../../src/api/kubernetes.ts'
import { detectorPods } from '../../../../../src/controllers/instrumentor/detection/manifest.ts'
import { isStuck } from '../../../../../src/controllers/instrumentor/detection/pod-failure.ts'
import { readReports } from '../../../../../src/controllers/instrumentor/detection/read-report.ts'

const SETTINGS = { image: 'control-plane:1', namespace: 'odigos-system', pullPolicy: 'IfNotPresent' }
const TARGET = { key: 'shop/Deployment/web', node: 'n1', podUid: 'p', containers: [{ name: 'app', containerId: 'c' }] }

type State = NonNullable<NonNullable<PodStatus['containerStatuses']>[number]['state']>
const container = (state: State) => ({
  name: 'detector-0',
  ready: false,
  restartCount: 0,
  image: '',
  imageID: '',
  state,
})
const waiting = (reason: string, message?: string): PodStatus => ({
  phase: 'Pending',
  containerStatuses: [container({ waiting: { reason, ...(message ? { message } : {}) } })],
})
const terminated = (reason: string, exitCode: number): PodStatus => ({
  phase: 'Failed',
  containerStatuses: [container({ terminated: { reason, exitCode } })],
})
const refused = (reason: string, message: string): PodStatus => ({ phase: 'Failed', reason, message })

const ROWS: [title: string, status: PodStatus | undefined, message: string][] = [
  [
    'no room for another pod',
    refused(
      'OutOfpods',
      "Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 110, capacity: 110",
    ),
    "OutOfpods: Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 110, capacity: 110",
  ],
  ['no CPU', refused('OutOfcpu', 'Pod was rejected: cpu'), 'OutOfcpu: Pod was rejected: cpu'],
  ['no memory', refused('OutOfmemory', 'memory'), 'OutOfmemory: memory'],
  ['a label of the node', refused('NodeAffinity', 'Pod was rejected'), 'NodeAffinity: Pod was rejected'],
  ['a device', refused('UnexpectedAdmissionError', 'Allocate failed'), 'UnexpectedAdmissionError: Allocate failed'],
  [
    'pressure on the node',
    refused('Evicted', 'The node was low on resource: memory.'),
    'Evicted: The node was low on resource: memory.',
  ],
  ['AppArmor', refused('AppArmor', 'Cannot enforce AppArmor'), 'AppArmor: Cannot enforce AppArmor'],
  [
    'a preempted pod',
    {
      phase: 'Failed',
      conditions: [
        { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message: 'preempting' },
      ],
    },
    'PreemptionByScheduler: preempting',
  ],
  ['no image', waiting('ImagePullBackOff', 'Back-off pulling image'), 'ImagePullBackOff: Back-off pulling image'],
  ['an image that may not be pulled', waiting('ErrImageNeverPull'), 'ErrImageNeverPull'],
  ['a runtime that refuses', waiting('CreateContainerError', 'seccomp'), 'CreateContainerError: seccomp'],
  ['a detector that hangs', refused('DeadlineExceeded', 'Pod was active'), 'DeadlineExceeded: Pod was active'],
  ['too little memory', terminated('OOMKilled', 137), 'OOMKilled, exit code 137'],
  ['a crash', terminated('Error', 1), 'Error, exit code 1'],
  ['a message of another program', terminated('Completed', 0), 'its report is incomplete'],
  ['a kubelet that does not answer', undefined, 'the node is gone'],
  ['an image that is still being pulled', waiting('ContainerCreating'), 'the node is gone'],
]

describe('why a detector pod failed', () => {
  for (const [title, status, message] of ROWS) {
    it(title, () => {
      const [pod] = detectorPods([TARGET], SETTINGS)
      const [report] = readReports({ ...pod!, object: { ...pod!.object, status } }, 'the node is gone')
      assert.equal(report?.problem, `the detector pod on node n1 failed: ${message}`)
      assert.equal(report?.containers, undefined)
    })
  }

  it('one that waits in vain is not waited for', () => {
    const [pod] = detectorPods([TARGET], SETTINGS)
    const stuck = ROWS.flatMap(([title, status]) => (isStuck({ ...pod!.object, status }) ? [title] : []))
    assert.deepEqual(stuck, ['no image', 'an image that may not be pulled', 'a runtime that refuses'])
  })
})
