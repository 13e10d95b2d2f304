/** From what a node collector counted to the status of a workload, without a cluster. */
import type { InstrumentationConfig } from '../../../src/api/kinds/instrumentation-config.ts'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import type { Observed } from '../../../src/controllers/instrumentor/observed.ts'
import { reconcile } from '../../../src/controllers/instrumentor/reconcile.ts'
import type { PodTelemetry } from '../../../src/controllers/instrumentor/seen/pod-telemetry.ts'
import type { SeenOptions } from '../../../src/controllers/instrumentor/seen/runner.ts'
import { podView } from '../../../src/controllers/instrumentor/watch/pod-view.ts'
import { createLog } from '../../../src/process/log.ts'
import { createMetrics } from '../../../src/process/metrics.ts'
import type { Moment } from './instrumentor-case.ts'
import { afterActions, edited, observedAt } from './instrumentor-case.ts'

const CREATED = '2026-11-23T10:00:00Z'

/** An instrumentor that knows one node collector, and every pod that it names. */
export const seenOptions = (): Omit<SeenOptions, 'pull'> => {
  const collector = podView({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'collector', namespace: 'odigos-system', uid: 'c' },
    spec: { nodeName: 'node-1', containers: [{ name: 'collector' }] },
    status: {
      podIP: '10.0.0.1',
      containerStatuses: [{ name: 'collector', ready: true, restartCount: 0, image: 'c', imageID: 'c' }],
    },
  })
  return {
    caches: {
      podsOf: () => [collector],
      podOf: () => ({ nodeName: 'node-1', createdMs: Date.parse(CREATED), workload: 'shop/Deployment/web' }),
    },
    config: { NAMESPACE: 'odigos-system', SILENCE_SECONDS: 600 },
    log: createLog('test', 'fatal'),
    metrics: createMetrics(),
    signal: new AbortController().signal,
    nowMs: () => Date.parse(CREATED) + 120_000,
    onNews: () => undefined,
  }
}

/** A running pod with the decided agent. */
export const injectedPod = (name: string, { created = CREATED, ready = true } = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'shop',
    creationTimestamp: created,
    annotations: {
      'odigos.io/injection': '{"app":{"agent":"nodejs","reason":"Injected"}}',
      'odigos.io/injection-hash': 'current',
    },
  },
  spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'web:1' }] },
  status: {
    phase: 'Running',
    containerStatuses: [
      { name: 'app', imageID: 'sha256:1', containerID: 'c://1', ready, restartCount: 0, state: { running: {} } },
    ],
  },
})

/** A workload whose only pod, with an agent, is two minutes old. */
export const observedPod = (pod: string): Observed => {
  const moment: Moment = {
    when: '',
    now: '2026-11-23T10:02:00Z',
    namespaceLabels: { 'odigos-instrumentation': 'enabled' },
    workload: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop', uid: 'u1' },
      spec: { template: { spec: { containers: [{ name: 'app', image: 'web:1' }] } } },
    },
    pods: [injectedPod(pod)],
    detections: {
      app: {
        image: 'sha256:1#0',
        detection: { reason: 'Detected', message: '', language: 'nodejs', runtimeVersion: '22.1.0', evidence: [] },
      },
    },
  }
  return observedAt(moment, undefined)
}

/** The status of such a workload. */
export const statusOf = (pod: string, telemetry: PodTelemetry): NonNullable<InstrumentationConfig['status']> => {
  const observed = (config: InstrumentationConfig | undefined) => ({
    ...observedPod(pod),
    config,
    seen: { pods: new Map([[pod, telemetry]]), watchedSinceMs: () => undefined, startedMs: 0, silenceMs: 600_000 },
  })
  const created = afterActions(undefined, reconcile(observed(undefined)))
  const pipeline = { collectorsGroup: 'g', endpoint: 'http://c:4318', signals: ['traces'] }
  const assigned = edited(created, { spec: { pipeline } })
  return afterActions(assigned, reconcile(observed(assigned)))?.status ?? {}
}
