import assert from 'node:assert/strict'
import { createDetectionAnswers } from '../../../../../src/controllers/instrumentor/detection/answers.ts'
import type { ContainerDetection } from '../../../../../src/controllers/instrumentor/detection/read-report.ts'

const detection = (reason: ContainerDetection['reason']): ContainerDetection => ({
  name: 'app',
  reason,
  message: '',
  evidence: [],
})

describe('detection answers', () => {
  it('are final for a pod when all is known, and asked again, later and later, when not', () => {
    let now = 0
    const answers = createDetectionAnswers(() => now)
    assert.equal(answers.waitMs('k', 'pod-1', ['app']), 0)
    const waits = [undefined, [detection('StillStarting')], undefined, undefined, undefined].map((containers) => {
      answers.put('k', 'pod-1', containers)
      return answers.waitMs('k', 'pod-1', ['app'])
    })
    assert.deepEqual(waits, [5_000, 20_000, 60_000, 300_000, 300_000])
    now = 300_000
    assert.equal(answers.waitMs('k', 'pod-1', ['app']), 0)
    answers.put('k', 'pod-1', [detection('Detected')])
    assert.equal(answers.waitMs('k', 'pod-1', ['app']), undefined)
    assert.equal(answers.waitMs('k', 'pod-2', ['app']), 0, 'another pod is another question')
    answers.forget('k')
    assert.equal(answers.waitMs('k', 'pod-1', ['app']), 0)
  })

  it('are not about a container of the pod that did not run then: it is looked at soon, and both answers stay', () => {
    let now = 0
    const answers = createDetectionAnswers(() => now)
    answers.put('k', 'pod-1', [detection('Detected')])
    assert.equal(answers.waitMs('k', 'pod-1', ['sidecar']), 5_000)
    now = 5_000
    assert.equal(answers.waitMs('k', 'pod-1', ['sidecar']), 0)
    answers.put('k', 'pod-1', [{ ...detection('Detected'), name: 'sidecar' }])
    assert.deepEqual(
      answers.get('k')?.containers.map(({ name }) => name),
      ['app', 'sidecar'],
    )
    assert.equal(answers.waitMs('k', 'pod-1', ['app', 'sidecar']), undefined)
  })
})
