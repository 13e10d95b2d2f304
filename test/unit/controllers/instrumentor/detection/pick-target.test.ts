import assert from 'node:assert/strict'
import type { ContainerDetection } from '../../../../../src/api/detector-protocol.ts'
import { knownDetections } from '../../../../../src/controllers/instrumentor/detection/known-detections.ts'
import { pendingReason, targetOf } from '../../../../../src/controllers/instrumentor/detection/pick-target.ts'
import type { PodView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { found, pod, print, workload } from './scene.ts'

const known = (over: Partial<Parameters<typeof knownDetections>[0]> = {}) =>
  knownDetections({
    pods: [pod('p')],
    config: undefined,
    findings: undefined,
    isHidden: () => false,
    ...over,
  }).get('app')

const target = (pods: PodView[], known?: { image: string; imageReference?: string; detection?: ContainerDetection }) =>
  targetOf('k', {
    workload: workload(),
    pods,
    detections: new Map(known ? [['app', { detection: found(), ...known, image: print(known.image) }]] : []),
  })

describe('what a detector is asked to look at', () => {
  it('a pod with another command, although findings about the one before came after the change', () => {
    const before = known({ pods: [pod('p', { entry: 'before' })], findings: { podUid: 'p', containers: [found()] } })
    const detections = new Map(before ? [['app', before]] : [])
    const pods = [pod('new')]
    assert.ok(targetOf('k', { workload: workload(), pods, detections }))
  })

  it('nothing that is known by image and command', () => {
    assert.equal(target([pod('p')], { image: 'web:2' }), undefined)
    assert.deepEqual(target([pod('p')], { image: 'web:1' })?.containers, [{ name: 'app', containerId: 'id-p' }])
    assert.equal(target([]), undefined, 'scaled to 0')
    assert.equal(target([pod('p', { isRunning: false })]), undefined)
  })

  it('the same image under another name, since the webhook asks by names', () => {
    assert.ok(target([pod('p')], { image: 'web:2', imageReference: 'web:latest' }))
    assert.equal(target([pod('p')], { image: 'web:2', imageReference: 'web:2' }), undefined)
  })

  it('a pod with another environment of the user, but not with one that ours is merged into', () => {
    const looked = known({ pods: [pod('p', { environment: 'aa' })], findings: { podUid: 'p', containers: [found()] } })
    const isAskedFor = (seen: PodView, image = looked?.image ?? '') => {
      const detections = new Map([['app', { detection: found({ reason: 'OtherAgent' }), image }]])
      return targetOf('k', { workload: workload(), pods: [seen], detections }) !== undefined
    }
    assert.equal(isAskedFor(pod('same', { environment: 'aa' })), false)
    assert.equal(isAskedFor(pod('changed', { environment: 'bb' })), true)
    assert.equal(isAskedFor(pod('injected', { environment: '' })), false)
    assert.equal(
      isAskedFor(pod('changed', { environment: 'bb' }), print('web:2')),
      false,
      'seen in a pod with an agent',
    )
  })

  it('a pod of the current template: those of the one before do not make it look again', () => {
    const old = pod('old', { image: 'web:1' })
    assert.equal(target([old, pod('new')])?.podUid, 'new')
    assert.equal(target([old, pod('new', { isReady: false })], { image: 'web:2' }), undefined)
    assert.equal(target([old], undefined)?.podUid, 'old', 'where no pod is of the template, any')
  })

  it('a ready pod first, then the newest; an unready one only where nothing is known', () => {
    const starting = pod('starting', { isReady: false, at: '2026-11-23T09:05:00Z' })
    assert.equal(target([starting, pod('ready')])?.podUid, 'ready')
    assert.equal(target([pod('a'), pod('b', { at: '2026-11-23T09:05:00Z' })])?.podUid, 'b')
    assert.equal(target([starting])?.podUid, 'starting')
    assert.equal(target([starting], { image: 'web:1' }), undefined)
  })

  it('a pod of another node than those where no detector runs; where there is none, the one tried the longest ago', () => {
    const on = (uid: string, nodeName: string, isReady = true): PodView => ({ ...pod(uid, { isReady }), nodeName })
    const pods = [on('a', 'full-1'), on('b', 'full-2'), on('c', 'free', false)]
    const choose = (avoided: string[], among = pods) =>
      targetOf('k', { workload: workload(), pods: among, detections: new Map(), avoided })?.podUid
    assert.equal(choose(['full-1']), 'b')
    assert.equal(choose(['full-1', 'full-2']), 'c', 'an unready pod, too')
    assert.equal(choose(['full-2', 'free', 'full-1']), 'b')
    assert.equal(choose(['a'], [on('a', 'node'), on('b', 'node')]), 'b', 'a pod that could not be inspected')
    assert.equal(choose(['full-1'], [on('a', 'full-1')]), 'a')
  })

  it('again what was still starting', () =>
    assert.ok(target([pod('p')], { image: 'web:2', detection: found({ reason: 'StillStarting' }) })))
})

describe('why nothing is known', () => {
  it('nothing runs, the look is to come, or it failed', () => {
    const failed = { podUid: 'p', containers: [], problem: 'the detector pod on node n1 failed: OutOfpods' }
    assert.equal(pendingReason([], undefined)('app').reason, 'NoRunningPods')
    assert.equal(pendingReason([pod('p', { isRunning: false })], undefined)('app').reason, 'NoRunningPods')
    assert.equal(pendingReason([pod('p')], undefined)('app').reason, 'NotDetectedYet')
    assert.deepEqual(pendingReason([pod('p')], failed)('app'), {
      reason: 'DetectionFailed',
      message: 'the detector pod on node n1 failed: OutOfpods; detection is retried',
    })
    assert.equal(pendingReason([pod('q')], failed)('app').reason, 'NotDetectedYet')
  })
})
