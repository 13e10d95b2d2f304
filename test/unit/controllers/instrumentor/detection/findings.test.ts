import assert from 'node:assert/strict'
import type { ContainerDetection } from '../../../../../src/api/detector-protocol.ts'
import type { Findings } from '../../../../../src/controllers/instrumentor/detection/findings.ts'
import { inspectableInMs, nextFindings } from '../../../../../src/controllers/instrumentor/detection/findings.ts'

const detection = (reason: ContainerDetection['reason'], name = 'app'): ContainerDetection => ({
  name,
  reason,
  message: '',
  evidence: [],
})
const target = (podUid: string, ...names: string[]) => ({
  podUid,
  containers: names.map((name) => ({ name, containerId: name })),
})

describe('detection answers', () => {
  it('are final for a pod when all is known, and asked again, later and later, when not', () => {
    let findings: Findings | undefined
    const inMs = (podUid: string, nowMs = 0) => inspectableInMs(findings, target(podUid, 'app'), nowMs)
    assert.equal(inMs('pod-1'), 0)
    const delays = [undefined, [detection('StillStarting')], undefined, undefined, undefined].map((containers) => {
      findings = nextFindings(findings, 'pod-1', containers, 0)
      return inMs('pod-1')
    })
    assert.deepEqual(delays, [5_000, 20_000, 60_000, 300_000, 300_000])
    assert.equal(inMs('pod-1', 300_000), 0)
    findings = nextFindings(findings, 'pod-1', [detection('Detected')], 300_000)
    assert.equal(inMs('pod-1', 300_000), undefined)
    assert.equal(inMs('pod-2', 300_000), 0, 'another pod is another question')
    assert.equal(findings.failures, 0, 'the next failure is retried soon')
  })

  it('are not about a container of the pod that did not run then: it is inspected soon, and both answers stay', () => {
    const first = nextFindings(undefined, 'pod-1', [detection('Detected')], 0)
    assert.equal(inspectableInMs(first, target('pod-1', 'sidecar'), 0), 5_000)
    assert.equal(inspectableInMs(first, target('pod-1', 'sidecar'), 5_000), 0)
    const both = nextFindings(first, 'pod-1', [detection('Detected', 'sidecar')], 5_000)
    assert.deepEqual(
      both.containers.map(({ name }) => name),
      ['app', 'sidecar'],
    )
    assert.equal(inspectableInMs(both, target('pod-1', 'app', 'sidecar'), 5_000), undefined)
  })
})
