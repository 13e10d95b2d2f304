import type { ContainerDetection } from '../../../../../src/api/detector-protocol.ts'
import { fingerprint } from '../../../../../src/controllers/instrumentor/detection/fingerprint.ts'
import type { PodView } from '../../../../../src/controllers/instrumentor/watch/pod-view.ts'
import type { WorkloadView } from '../../../../../src/controllers/instrumentor/watch/workload-view.ts'

export const ENTRY = '0011aabb'
export const workload = (image = 'web:2'): WorkloadView => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'n' },
  containers: [{ name: 'app', image, entry: ENTRY, variables: [] }],
  paused: false,
})
export const pod = (
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
export const found = (over: Partial<ContainerDetection> = {}): ContainerDetection => ({
  name: 'app',
  reason: 'Detected',
  message: '',
  language: 'nodejs',
  evidence: [],
  ...over,
})
export const print = (image: string): string => fingerprint({ image: `sha256:${image}`, entry: ENTRY, environment: '' })
