import assert from 'node:assert/strict'
import { createReportUncontrolled } from '../../../../../src/controllers/instrumentor/status/uncontrolled-pods.ts'
import type { PodView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import { effectiveConfig } from '../../../../../src/api/kinds/odigos-config.ts'
import { createWorkloadCaches } from '../../../../../src/controllers/instrumentor/watch/workload-caches.ts'
import type { KubeObject } from '../../../../../src/api/kubernetes.ts'

const owner = (apiVersion: string, kind: string, name: string) => [
  { apiVersion, kind, name, uid: `uid-${name}`, controller: true },
]
const podObject = (name: string, metadata: object = {}, phase = 'Running'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, ...metadata },
  spec: { containers: [{ name: 'app', image: 'app' }] },
  status: { phase },
})

const OPTED_IN = { 'odigos-instrumentation': 'enabled' }

/** The real caches, into which the test puts pods. */
const scene = (namespaceLabels: Record<string, string> = OPTED_IN) => {
  const labels = { ...namespaceLabels }
  const events: string[] = []
  const report = createReportUncontrolled({
    record: ({ kind, metadata }, { reason, message }) => {
      events.push(`${kind} ${metadata.name} ${reason}: ${message}`)
    },
    caches: {
      currentSettings: () => effectiveConfig({}),
      namespaces: { get: () => ({ metadata: { name: 'shop' }, labels }) } as never,
    },
    systemNamespace: 'odigos-system',
  })
  let onPod: (pod: PodView, change: 'added' | 'removed') => void = () => undefined
  let viewOf: (object: KubeObject) => PodView = () => assert.fail()
  const caches = createWorkloadCaches(
    (type, transform, onChange) => {
      if (type.plural === 'pods') {
        onPod = onChange as unknown as typeof onPod
        viewOf = transform as unknown as typeof viewOf
      }
      return { get: () => undefined, list: () => [], synced: Promise.resolve() } as never
    },
    () => undefined,
  )
  caches.reportUncontrolled(report)
  return {
    events,
    labels,
    review: caches.review,
    put: (object: KubeObject) => onPod(viewOf(object), 'added'),
    remove: (object: KubeObject) => onPod(viewOf(object), 'removed'),
  }
}

describe('pods that no workload controls', () => {
  const about = (...objects: KubeObject[]): string[] => {
    const { events, put } = scene()
    objects.forEach(put)
    return events.map((event) => event.split(':')[0] ?? '')
  }

  const ROWS: [title: string, pod: KubeObject, expected: string[]][] = [
    ['a bare pod', podObject('debug'), ['Pod debug NoController']],
    [
      'a bare ReplicaSet',
      podObject('web-x', { ownerReferences: owner('apps/v1', 'ReplicaSet', 'web') }),
      ['ReplicaSet web NoController'],
    ],
    [
      'an Argo Rollout',
      podObject('web-x', {
        labels: { 'rollouts-pod-template-hash': '5d59d67564' },
        ownerReferences: owner('apps/v1', 'ReplicaSet', 'web-5d59d67564'),
      }),
      ['ReplicaSet web-5d59d67564 NoController'],
    ],
    [
      'a kind of another product',
      podObject('kafka-0', { ownerReferences: owner('core.strimzi.io/v1beta2', 'StrimziPodSet', 'kafka') }),
      ['StrimziPodSet kafka NoController'],
    ],
    [
      'a ReplicationController',
      podObject('web-x', { ownerReferences: owner('v1', 'ReplicationController', 'web') }),
      ['ReplicationController web NoController'],
    ],
    [
      'a Deployment',
      podObject('web-x', {
        labels: { 'pod-template-hash': '5d59d67564' },
        ownerReferences: owner('apps/v1', 'ReplicaSet', 'web-5d59d67564'),
      }),
      [],
    ],
    ['a StatefulSet', podObject('db-0', { ownerReferences: owner('apps/v1', 'StatefulSet', 'db') }), []],
    ['a static pod', podObject('etcd-n1', { ownerReferences: owner('v1', 'Node', 'n1') }), []],
    ['a pod that has ended', podObject('done', {}, 'Succeeded'), []],
  ]
  for (const [title, pod, expected] of ROWS) {
    it(`${title}: ${expected[0] ?? 'nothing'}`, () => assert.deepEqual(about(pod), expected))
  }

  it('are reported once, and those of a controller together', () => {
    const ownerReferences = owner('apps/v1', 'ReplicaSet', 'web')
    const debug = podObject('debug')
    const replicas = ['a', 'b', 'c'].map((name) => podObject(name, { ownerReferences }))
    assert.deepEqual(about(debug, debug, ...replicas), ['Pod debug NoController', 'ReplicaSet web NoController'])
  })

  it('are reported when their namespace is opted in later, unless they are gone', () => {
    const { events, put, remove, review, labels } = scene({})
    put(podObject('debug'))
    put(podObject('gone'))
    remove(podObject('gone'))
    assert.deepEqual(events, [])
    Object.assign(labels, OPTED_IN)
    review('other')
    assert.deepEqual(events, [])
    review('shop')
    assert.equal(events.length, 1)
    assert.match(events[0] ?? '', /^Pod debug NoController: the pod is not instrumented/)
  })
})
