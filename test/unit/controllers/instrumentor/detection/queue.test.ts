import assert from 'node:assert/strict'
import type { ContainerDetection } from '../../../../../src/api/detector-protocol.ts'
import type { TargetEvent } from '../../../../../src/controllers/instrumentor/detection/queue.ts'
import {
  nextTarget,
  requestAgainMs,
  UNKNOWN_TARGET,
} from '../../../../../src/controllers/instrumentor/detection/queue.ts'

const target = (podUid: string) => ({
  key: 'shop/Deployment/web',
  node: 'node-1',
  podUid,
  containers: [{ name: 'app', containerId: '0'.repeat(64) }],
})
const node: ContainerDetection = { name: 'app', reason: 'Detected', message: '', language: 'nodejs', evidence: [] }

const requested = (podUid = 'pod-1', nowMs = 0): TargetEvent => ({ is: 'requested', target: target(podUid), nowMs })
const started = (podName = 'detector-1'): TargetEvent => ({ is: 'started', podName, nowMs: 0 })
const reported = (podName = 'detector-1'): TargetEvent => ({ is: 'reported', podName, containers: [node], nowMs: 0 })
const failed: TargetEvent = { is: 'reported', podName: 'detector-1', containers: undefined, nowMs: 0 }
const overflowed = (podName = 'detector-1'): TargetEvent => ({ is: 'overflowed', podName })

const after = (...events: TargetEvent[]) => events.reduce(nextTarget, UNKNOWN_TARGET)

/** Events since nothing was known; what the target is then in, and the languages that are known of it. */
const ROWS: [title: string, events: TargetEvent[], phase: string, languages: string[]][] = [
  ['nothing was requested', [], 'inspected', []],
  ['a request waits for a pod', [requested()], 'waiting', []],
  ['a pod inspects it', [requested(), started()], 'running', []],
  ['a second request changes nothing then', [requested(), started(), requested('pod-2')], 'running', []],
  ['the report is kept', [requested(), started(), reported()], 'inspected', ['nodejs']],
  ['a report comes twice', [requested(), started(), reported(), failed], 'inspected', ['nodejs']],
  ['a report of another pod does not count', [requested(), started(), reported('detector-2')], 'running', []],
  ['nor does its overflow', [requested(), started(), overflowed('detector-2')], 'running', []],
  ['an overflow waits for another pod', [requested(), started(), overflowed()], 'waiting', []],
  ['the detector failed', [requested(), started(), failed], 'inspected', []],
  ['what is known is not requested again', [requested(), started(), reported(), requested()], 'inspected', ['nodejs']],
  [
    'another pod is, and until then what is known counts',
    [requested(), started(), reported(), requested('pod-2')],
    'waiting',
    ['nodejs'],
  ],
  [
    'a failure is not requested again at once',
    [requested(), started(), failed, requested('pod-1', 4_999)],
    'inspected',
    [],
  ],
  ['but soon', [requested(), started(), failed, requested('pod-1', 5_000)], 'waiting', []],
  ['a report about nothing that runs', [reported(), overflowed(), started()], 'inspected', []],
]

describe('what becomes of a target of detection', () => {
  for (const [title, events, phase, languages] of ROWS) {
    it(title, () => {
      const state = after(...events)
      const known = state.findings?.containers.map(({ language = '' }) => language) ?? []
      assert.deepEqual([state.phase, known], [phase, languages])
    })
  }

  it('while it waits, the latest request counts: the first pod may be gone', () => {
    const state = after(requested('pod-1'), requested('pod-2'))
    assert.equal(state.phase === 'waiting' && state.target.podUid, 'pod-2')
  })

  it('is requested again after a failure, and not while an inspection is due', () => {
    const again = (...events: TargetEvent[]) => requestAgainMs(after(...events), target('pod-1'), 0)
    assert.equal(again(), undefined)
    assert.equal(again(requested()), undefined)
    assert.equal(again(requested(), started()), undefined)
    assert.equal(again(requested(), started(), failed), 5_000)
    assert.equal(again(requested(), started(), reported()), undefined)
  })
})
