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
const place = (podUid: string, node = 'node-1') => ({ podUid, node })
const target = (podUid: string, ...names: string[]) => ({
  ...place(podUid),
  containers: names.map((name) => ({ name, containerId: name })),
})

describe('detection answers', () => {
  it('are final for a pod when all is known, and asked again, later and later, when not', () => {
    let findings: Findings | undefined
    const inMs = (podUid: string, nowMs = 0) => inspectableInMs(findings, target(podUid, 'app'), nowMs)
    assert.equal(inMs('pod-1'), 0)
    const delays = [undefined, [detection('StillStarting')], undefined, undefined, undefined].map((containers) => {
      findings = nextFindings(findings, place('pod-1'), { containers }, 0)
      return inMs('pod-1')
    })
    assert.deepEqual(delays, [5_000, 20_000, 60_000, 300_000, 300_000])
    assert.equal(inMs('pod-1', 300_000), 0)
    findings = nextFindings(findings, place('pod-1'), { containers: [detection('Detected')] }, 300_000)
    assert.equal(inMs('pod-1', 300_000), undefined)
    assert.equal(inMs('pod-2', 300_000), 0, 'another pod is another question')
    assert.equal(findings.failures, 0, 'the next failure is retried soon')
  })

  it('are not about a container of the pod that did not run then: it is inspected soon, and both answers stay', () => {
    const first = nextFindings(undefined, place('pod-1'), { containers: [detection('Detected')] }, 0)
    assert.equal(inspectableInMs(first, target('pod-1', 'sidecar'), 0), 5_000)
    assert.equal(inspectableInMs(first, target('pod-1', 'sidecar'), 5_000), 0)
    const both = nextFindings(first, place('pod-1'), { containers: [detection('Detected', 'sidecar')] }, 5_000)
    assert.deepEqual(
      both.containers.map(({ name }) => name),
      ['app', 'sidecar'],
    )
    assert.equal(inspectableInMs(both, target('pod-1', 'app', 'sidecar'), 5_000), undefined)
  })

  const failed = { containers: undefined, problem: 'OutOfpods' }
  const at = (findings: Findings | undefined, podUid: string, node: string, nowMs = 0) =>
    inspectableInMs(findings, { ...target(podUid, 'app'), node }, nowMs)

  it('of a full node lead to another node at once, to a few; then all wait, and none is tried without a pause', () => {
    let findings = nextFindings(undefined, place('pod-1', 'node-1'), failed, 0)
    assert.equal(at(findings, 'pod-2', 'node-2'), 0)
    assert.equal(at(findings, 'pod-3', 'node-1'), 5_000, 'another pod of the full node')
    findings = nextFindings(findings, place('pod-2', 'node-2'), failed, 0)
    assert.equal(at(findings, 'pod-1', 'node-1'), 20_000, 'back to the first')
    assert.equal(at(findings, 'pod-4', 'node-3'), 0)
    findings = nextFindings(findings, place('pod-4', 'node-3'), failed, 0)
    assert.equal(at(findings, 'pod-5', 'node-4'), 60_000, 'of a thousand full nodes')
    assert.equal(findings.problem, 'OutOfpods')
    findings = nextFindings(findings, place('pod-5', 'node-4'), { containers: [detection('Detected')] }, 60_000)
    assert.deepEqual([findings.avoided, findings.problem], [[], undefined])
  })

  it('of a pod that cannot be inspected lead to another pod, also of its node', () => {
    const findings = nextFindings(undefined, place('pod-1'), { containers: [detection('DetectionFailed')] }, 0)
    assert.equal(at(findings, 'pod-2', 'node-1'), 0)
    assert.equal(at(findings, 'pod-1', 'node-1'), 5_000)
  })
})
