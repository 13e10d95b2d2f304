import assert from 'node:assert/strict'
import { trialPodView, wordsOf } from '../../../../../src/controllers/autoscaler/trial/verdict.ts'

const pod = (status: object, name = 'odigos-trial-0123456789abcdef') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'odigos-system', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
  status,
})
const container = (rest: object) => ({ containerStatuses: [{ name: 'collector', ready: false, ...rest }] })
const terminated = (rest: object) => container({ state: { terminated: { exitCode: 1, ...rest } } })
const waiting = (reason: string) => container({ state: { waiting: { reason, message: 'see there' } } })

const LOG = `2026-01-01T00:00:00.000Z\tinfo\tservice@v0.155.0/service.go:238\tStarting otelcol...
Error: failed to build pipelines: failed to create "otlp/backend-0123456789" exporter for data type "traces":
	endpoint must be a valid URL
2026/01/01 00:00:00 collector server run finished with error: failed to build pipelines: failed to create "otlp/backend-0123456789" exporter for data type "traces":
	endpoint must be a valid URL
`

const CASES: [string, object, object][] = [
  ['nothing yet', {}, { result: 'Running' }],
  ['a container that is created', waiting('ContainerCreating'), { result: 'Running' }],
  ['a running one that is not ready', container({ state: { running: {} } }), { result: 'Running' }],
  ['a ready one', container({ ready: true, state: { running: {} } }), { result: 'Started' }],
  [
    'a ready one beside one that a mesh added',
    { containerStatuses: [{ name: 'istio-proxy', ready: false }, ...container({ ready: true }).containerStatuses] },
    { result: 'Started' },
  ],
  [
    'one that ended with words',
    terminated({ message: LOG }),
    {
      result: 'Failed',
      message: LOG.trim(),
    },
  ],
  ['one that ended without', terminated({}), { result: 'Failed', message: 'the collector ended with exit code 1' }],
  [
    'one without memory',
    terminated({ reason: 'OOMKilled', exitCode: 137 }),
    { result: 'Failed', message: 'the collector ran out of memory while it started' },
  ],
  [
    'a pod that did not begin in its time',
    { reason: 'DeadlineExceeded', message: 'too long', ...terminated({ exitCode: 137 }) },
    { result: 'NotRun', message: 'DeadlineExceeded: too long' },
  ],
  [
    'an image for another architecture',
    terminated({ reason: 'StartError', exitCode: 128, message: 'exec format error' }),
    { result: 'NotRun', message: 'StartError: exec format error' },
  ],
  ['a missing image', waiting('ImagePullBackOff'), { result: 'NotRun', message: 'ImagePullBackOff: see there' }],
  [
    'a missing Secret',
    waiting('CreateContainerConfigError'),
    { result: 'NotRun', message: 'CreateContainerConfigError: see there' },
  ],
  [
    'a full cluster',
    { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }] },
    { result: 'NotRun', message: 'the pod cannot be scheduled: 0/1 nodes are available' },
  ],
  [
    'a container that the node has lost',
    terminated({ reason: 'ContainerStatusUnknown', exitCode: 137, message: 'not found' }),
    { result: 'NotRun', message: 'ContainerStatusUnknown: not found' },
  ],
  [
    'a node that is short of memory',
    { reason: 'Evicted', message: 'low on memory', ...terminated({ exitCode: 137 }) },
    { result: 'NotRun', message: 'Evicted: low on memory' },
  ],
]

describe('the verdict of a trial', () => {
  for (const [name, status, verdict] of CASES)
    it(name, () => assert.deepEqual(trialPodView(pod(status))?.verdict, verdict))

  it('is none where the pod is being deleted, which ends its collector', () => {
    const deleted = pod(terminated({ exitCode: 137 }))
    const metadata = { ...deleted.metadata, deletionTimestamp: '2026-01-01T00:01:00Z' }
    assert.deepEqual(trialPodView({ ...deleted, metadata })?.verdict, { result: 'Running' })
  })

  it('is not asked of the pod of a collector in use', () =>
    assert.equal(trialPodView(pod({}, 'odigos-gateway-0')), undefined))

  it('has the words of the log on one line that is not too long', () => {
    assert.equal(
      wordsOf(LOG),
      'failed to build pipelines: failed to create "otlp/backend-0123456789" exporter for data type "traces": endpoint must be a valid URL',
    )
    const long = wordsOf(`Error: begin${'x'.repeat(1000)}end`)
    assert.match(long, /^beginx+ … x+end$/)
    assert.equal(long.length, 603)
    assert.equal(wordsOf('first\nlast\n'), 'last')
    assert.equal(wordsOf(''), '')
    // It can begin in the middle of a secret.
    assert.doesNotMatch(wordsOf(`cret ${'x'.repeat(2000)}`), /cret /)
  })
})
