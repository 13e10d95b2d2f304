/** Real collectors on loopback, node collector and gateway, with Destinations and Actions, and receipts of probes through them. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Action, ActionSpec } from '../../../src/api/kinds/action.ts'
import { actionSpec } from '../../../src/api/kinds/action.ts'
import type { Condition } from '../../../src/api/conditions.ts'
import type { Destination, DestinationSpec } from '../../../src/api/kinds/destination.ts'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import type { Receipt } from '../../../src/api/reports/receipt.ts'
import type { Signal } from '../../../src/api/vocabulary.ts'
import type { CollectorPlace } from '../../../src/collector/config.ts'
import { selectorCondition } from '../../../src/collector/ottl.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { nodeConfig } from '../../../src/collector/node.ts'
import type { CollectorPodView } from '../../../src/controllers/autoscaler/delivery/collector-pod-view.ts'
import { NOTHING_READ } from '../../../src/controllers/autoscaler/delivery/flow/flow.ts'
import { resolveSources } from '../../../src/controllers/autoscaler/sources/resolve.ts'
import type { ReceiptRequest } from '../../../src/controllers/autoscaler/receipt/receipt.ts'
import { createReceipts } from '../../../src/controllers/autoscaler/receipt/receipt.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import type { KubeClient } from '../../../src/kube/types.ts'
import { createLog } from '../../../src/process/log.ts'
import { laneEndpoints } from './collector-case.ts'
import type { CollectorProcess } from './collector-process.ts'
import { collectorProcess, loopbackPlace } from './collector-process.ts'
import { logsByPod } from './pod-logs.ts'

const NAMESPACE = 'odigos-system'
const SIGNALS: Signal[] = ['traces', 'metrics', 'logs']
const GROUP = {
  signals: SIGNALS,
  resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } },
}

const SELECTABLE = { namespaces: [], workloads: [] }

export interface ReceiptSceneOptions {
  binary: string
  folder: string
  /** Bytes of the volume with the queues of the gateway. */
  diskBytes?: number
  specs: Readonly<Record<string, Partial<DestinationSpec>>>
  /** Conditions of Destinations that the gateway does not have. */
  refused?: Readonly<Record<string, Pick<Condition, 'reason' | 'message'>>>
  actions?: Readonly<Record<string, Partial<ActionSpec>>>
  /** Folder of the queues of the gateway. */
  queueDirectory?: string
  env?: Record<string, string>
}

export interface ReceiptScene {
  node: CollectorProcess
  gateway: CollectorProcess
  /** OTLP over HTTP of the node collector. */
  endpoint: string
  receipt: (request: ReceiptRequest) => Promise<Receipt>
  /** As the autoscaler sees them. */
  pods: readonly CollectorPodView[]
  client: Pick<KubeClient, 'request'>
  /** Requests of the node collector's port go there instead. */
  divert: (otlpAddress: string) => void
  stop: () => Promise<void>
}

const metadata = (name: string) => ({ name, namespace: NAMESPACE, uid: name, generation: 1 })

const podView = (name: string, group: string, place: CollectorPlace): CollectorPodView => ({
  metadata: { namespace: NAMESPACE, name, uid: name },
  group,
  node: 'this-node',
  address: `127.0.0.1:${place.metricsPort}`,
  otlpAddress: `127.0.0.1:${place.httpPort}`,
  seenAddress: `127.0.0.1:${place.seenPort}`,
  damaged: [],
})

const destinationsOf = ({ specs, refused = {} }: ReceiptSceneOptions): Destination[] =>
  Object.entries(specs).map(([name, spec]) => {
    const why = refused[name]
    const conditions = why && [
      { type: 'Accepted', status: 'False', lastTransitionTime: '2026-01-01T00:00:00Z', ...why } as Condition,
    ]
    return {
      apiVersion: 'odigos.io/v1alpha1',
      kind: 'Destination',
      metadata: metadata(name),
      spec: destinationSpec.parse({ type: 'otlphttp', signals: ['traces'], ...spec }),
      status: conditions ? { conditions } : {},
    }
  })

const actionsOf = ({ actions = {} }: ReceiptSceneOptions): Action[] =>
  Object.entries(actions).map(([name, spec]) => ({
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'Action',
    metadata: metadata(name),
    spec: actionSpec.parse(spec),
  }))

export const startReceipts = async (options: ReceiptSceneOptions): Promise<ReceiptScene> => {
  const { binary, folder, diskBytes = 10 * 2 ** 30, refused = {} } = options
  const [destinations, actions] = [destinationsOf(options), actionsOf(options)]
  const folders = { gateway: join(folder, 'gateway'), node: join(folder, 'node') }
  for (const each of Object.values(folders)) mkdirSync(each, { recursive: true })
  const ownPlace = await loopbackPlace(folders.gateway)
  const gatewayPlace = { ...ownPlace, queueDirectory: options.queueDirectory ?? ownPlace.queueDirectory }
  const nodePlace = await loopbackPlace(folders.node)
  const served = destinations.filter((each) => !(each.metadata.name in refused))
  const secretKeys = ['secretHeaderValue']
  const rendered = served.map(({ metadata: { name, uid }, spec }) => ({
    ...renderDestination({ name, uid, spec }, secretKeys),
    takes: selectorCondition(resolveSources(spec.sources, SELECTABLE)),
  }))
  const secrets = rendered.flatMap(({ env }) => env.map(({ name }) => [name, 'wrong'] as const))
  const config = gatewayConfig({
    group: GROUP,
    destinations: rendered,
    actions,
    disk: { bytes: diskBytes, fsync: false },
    place: gatewayPlace,
  })
  const endpoints = laneEndpoints(`127.0.0.1:${gatewayPlace.grpcPort}`)
  const disk = { bytes: 10 * 2 ** 30, fsync: false }
  const nodeConfiguration = nodeConfig({ group: GROUP, endpoints, disk, place: nodePlace })
  const env = { NODE_NAME: 'this-node', GOMEMLIMIT: '300MiB', ...Object.fromEntries(secrets), ...options.env }
  const gateway = collectorProcess({ binary, config, place: gatewayPlace, folder: folders.gateway, env })
  const node = collectorProcess({ binary, config: nodeConfiguration, place: nodePlace, folder: folders.node, env })
  await Promise.all([gateway.start(), node.start()])
  const pods = [
    podView('odigos-gateway-0', 'odigos-gateway', gatewayPlace),
    podView('odigos-node-collector-x', 'odigos-node-collector', nodePlace),
  ]
  const ended = new AbortController()
  const request = logsByPod({ 'odigos-gateway-0': folders.gateway, 'odigos-node-collector-x': folders.node })
  const receipts = createReceipts({
    client: { request, get: () => Promise.resolve(undefined) },
    log: createLog('test', 'silent'),
    signal: ended.signal,
    nowMs: Date.now,
    namespace: NAMESPACE,
    pods: () => pods,
    destinations: () => destinations,
    actions: () => actions,
    flow: () => NOTHING_READ,
    selectable: () => SELECTABLE,
  })
  return {
    node,
    gateway,
    endpoint: `http://127.0.0.1:${nodePlace.httpPort}`,
    receipt: receipts,
    pods,
    client: { request },
    divert: (otlpAddress) => {
      for (const pod of pods) if (pod.group === 'odigos-node-collector') pod.otlpAddress = otlpAddress
    },
    stop: async () => {
      ended.abort()
      await Promise.all([gateway.kill(), node.kill()])
    },
  }
}
