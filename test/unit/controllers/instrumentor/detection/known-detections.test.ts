import assert from 'node:assert/strict'
import type { ContainerDecision, InstrumentationConfig } from '../../../../../src/api/kinds/instrumentation-config.ts'
import { fingerprint } from '../../../../../src/controllers/instrumentor/watch/fingerprint.ts'
import type { ContainerDetection } from '../../../../../src/controllers/instrumentor/detection/read-report.ts'
import {
  knownDetections,
  pendingReason,
  targetOf,
} from '../../../../../src/controllers/instrumentor/detection/known-detections.ts'
import type { Observed } from '../../../../../src/controllers/instrumentor/reconcile.ts'
import type { PodView, WorkloadView } from '../../../../../src/controllers/instrumentor/watch/views.ts'

const ENTRY = '0011aabb'
const workload = (image = 'web:2'): WorkloadView => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'n' },
  containers: [{ name: 'app', image, entry: ENTRY, variables: [] }],
  paused: false,
})
const pod = (
  uid: string,
  over: {
    image?: string
    entry?: string
    environment?: string
    variables?: string[]
    readsSecret?: boolean
    agent?: string
    isReady?: boolean
    isRunning?: boolean
    at?: string
  } = {},
): PodView => ({
  metadata: {
    name: uid,
    namespace: 'n',
    uid,
    creationTimestamp: over.at ?? '2026-11-23T09:00:00Z',
    annotations: over.agent ? { 'odigos.io/injection': JSON.stringify({ app: { agent: over.agent } }) } : {},
  },
  nodeName: 'node-1',
  phase: 'Running',
  containers: [
    {
      name: 'app',
      image: `sha256:${over.image ?? 'web:2'}`,
      imageReference: over.image ?? 'web:2',
      entry: over.entry ?? ENTRY,
      environment: over.environment ?? '',
      variables: over.variables ?? [],
      readsSecret: over.readsSecret ?? false,
      containerId: `id-${uid}`,
      isRunning: over.isRunning ?? true,
      isReady: over.isReady ?? true,
      restartCount: 0,
      waitingReason: undefined,
    },
  ],
  added: [],
})
const found = (over: Partial<ContainerDetection> = {}): ContainerDetection => ({
  name: 'app',
  reason: 'Detected',
  message: '',
  language: 'nodejs',
  evidence: [],
  ...over,
})
const print = (image: string): string => fingerprint({ image: `sha256:${image}`, entry: ENTRY, environment: '' })

const known = (over: Partial<Parameters<typeof knownDetections>[0]> = {}) =>
  knownDetections({
    pods: [pod('p')],
    config: undefined,
    answer: undefined,
    isHidden: () => false,
    ...over,
  }).get('app')

const target = (pods: PodView[], known?: { image: string; imageReference?: string; detection?: ContainerDetection }) =>
  targetOf('k', {
    workload: workload(),
    pods,
    detections: new Map(known ? [['app', { detection: found(), ...known, image: print(known.image) }]] : []),
  } as unknown as Observed)

const config = (decision: Partial<ContainerDecision>): InstrumentationConfig => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationConfig',
  metadata: { name: 'deployment-web', namespace: 'n' },
  spec: {
    workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    containers: [
      { name: 'app', reason: 'AgentSelected', message: '', language: 'nodejs', image: print('web:1'), ...decision },
    ],
  },
})

describe('what a detector is asked to look at', () => {
  it('a pod with another command, although an answer about the one before came after the change', () => {
    const before = known({ pods: [pod('p', { entry: 'before' })], answer: { podUid: 'p', containers: [found()] } })
    const detections = new Map(before ? [['app', before]] : [])
    const pods = [pod('new')]
    assert.ok(targetOf('k', { workload: workload(), pods, detections } as unknown as Observed))
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
    const looked = known({ pods: [pod('p', { environment: 'aa' })], answer: { podUid: 'p', containers: [found()] } })
    const isAskedFor = (seen: PodView, image = looked?.image ?? '') => {
      const detections = new Map([['app', { detection: found({ reason: 'OtherAgent' }), image }]])
      return targetOf('k', { workload: workload(), pods: [seen], detections } as unknown as Observed) !== undefined
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

  it('again what was still starting', () =>
    assert.ok(target([pod('p')], { image: 'web:2', detection: found({ reason: 'StillStarting' }) })))
})

describe('what is known about a container', () => {
  it('what the InstrumentationConfig remembers, until a new image was looked at', () => {
    assert.equal(known({ config: config({}) })?.image, print('web:1'))
    const answer = { podUid: 'p', containers: [found({ language: 'java' })] }
    assert.deepEqual(
      [known({ config: config({}), answer })?.detection.language, known({ config: config({}), answer })?.image],
      ['java', print('web:2')],
    )
    const open = { podUid: 'p', containers: [found({ reason: 'StillStarting' })] }
    assert.equal(known({ config: config({}), answer: open })?.detection.reason, 'Detected', 'the old result is kept')
  })

  it('how the pod that was looked at named its image; of an older decision, how a pod with that image does', () => {
    const references = (over: Parameters<typeof known>[0]) => known(over)?.imageReference
    assert.equal(references({ answer: { podUid: 'p', containers: [found()] } }), 'web:2')
    assert.equal(references({ config: config({ imageReference: 'web:stable' }) }), 'web:stable')
    assert.equal(references({ config: config({ image: print('web:2') }) }), 'web:2')
    assert.equal(references({ config: config({}) }), undefined)
  })

  it('of the variables only those that the pod does not set itself', () => {
    const of = (name: string) => ({ name, value: `of ${name}` })
    const runtimeEnv = ['NODE_OPTIONS', 'OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES'].map(of)
    const answer = { podUid: 'p', containers: [found({ runtimeEnv })] }
    const variables = ['NODE_OPTIONS', 'OTEL_RESOURCE_ATTRIBUTES']
    const names = (agent?: string, remembered?: ContainerDecision['runtimeEnv']) =>
      known({
        pods: [pod('p', { variables, ...(agent ? { agent } : {}) })],
        answer,
        config: remembered && config({ runtimeEnv: remembered }),
      })?.detection.runtimeEnv?.map(({ name, value }) => `${name}=${value}`)
    const service = 'OTEL_SERVICE_NAME=of OTEL_SERVICE_NAME'
    assert.deepEqual(names(), [service])
    assert.deepEqual(names('nodejs'), ['NODE_OPTIONS=of NODE_OPTIONS', service], 'less ours, it is what the image gave')
    assert.deepEqual(names('nodejs', []), [service], 'the user had set it')
    const before = [{ name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'a=b' }]
    assert.deepEqual(names('nodejs', before), ['OTEL_RESOURCE_ATTRIBUTES=a=b', service], 'ours are merged into it')
  })

  it('no value that an agent appends to where it may be from a Secret', () => {
    const runtimeEnv = ['NODE_OPTIONS', 'OTEL_SERVICE_NAME'].map((name) => ({ name, value: 'v' }))
    const pods = [pod('p', { readsSecret: true })]
    assert.deepEqual(
      known({ pods, answer: { podUid: 'p', containers: [found({ runtimeEnv })] } })?.detection.runtimeEnv,
      [
        { name: 'NODE_OPTIONS', value: '' },
        { name: 'OTEL_SERVICE_NAME', value: 'v' },
      ],
    )
  })

  it('the reason with which a detection ended', () => {
    assert.equal(known({ config: config({ reason: 'OtherAgent' }) })?.detection.reason, 'OtherAgent')
    assert.equal(known({ config: config({ reason: 'AgentSelected' }) })?.detection.reason, 'Detected')
  })

  it('that several languages run, although none of them is told', () => {
    const { language: _none, ...decision } = config({ reason: 'Ambiguous' }).spec.containers[0]!
    const before = config({})
    const ambiguous = { ...before, spec: { ...before.spec, containers: [decision] } }
    assert.equal(known({ config: ambiguous })?.detection.reason, 'Ambiguous')
    const pending = { ...decision, reason: 'StillStarting' as const }
    assert.equal(known({ config: { ...before, spec: { ...before.spec, containers: [pending] } } }), undefined)
  })

  it('nothing where a reason hid how the detection ended and no longer holds: an agent could be wrong', () => {
    for (const reason of ['RolledBack', 'OverriddenByUser', 'InvalidAnnotation', 'IgnoredContainer'] as const) {
      assert.equal(known({ config: config({ reason }) }), undefined, reason)
      assert.ok(known({ config: config({ reason }), isHidden: () => true }), reason)
    }
  })

  it('no answer of a pod that is gone', () =>
    assert.equal(known({ answer: { podUid: 'gone', containers: [found()] } }), undefined))
})

describe('why nothing is known', () => {
  it('nothing runs, the look is to come, or it failed', () => {
    const failed = { podUid: 'p', containers: [] }
    assert.equal(pendingReason([], undefined)('app').reason, 'NoRunningPods')
    assert.equal(pendingReason([pod('p', { isRunning: false })], undefined)('app').reason, 'NoRunningPods')
    assert.equal(pendingReason([pod('p')], undefined)('app').reason, 'NotDetectedYet')
    assert.equal(pendingReason([pod('p')], failed)('app').reason, 'DetectionFailed')
    assert.equal(pendingReason([pod('q')], failed)('app').reason, 'NotDetectedYet')
  })
})
