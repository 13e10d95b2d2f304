/** A real node collector that reads files of containers in a folder, asks an API server in memory, and hands on to a collector that writes files. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pod } from '../../../src/api/kubernetes.ts'
import type { Disk } from '../../../src/collector/delivery/disk.ts'
import type { CollectorPlace } from '../../../src/collector/config.ts'
import { nodeConfig } from '../../../src/collector/node.ts'
import { skeleton } from '../../../src/collector/skeleton.ts'
import type { FakeApiServer } from '../api-server/fake-api-server.ts'
import { startFakeApiServer } from '../api-server/fake-api-server.ts'
import { DISK } from '../collectors/settings.ts'
import type { InfrastructureCase } from './collector-case.ts'
import { infrastructureOf, laneEndpoints } from './collector-case.ts'
import type { CollectorProcess } from './collector-process.ts'
import { collectorProcess, loopbackPlace } from './collector-process.ts'
import type { Received } from './received-file.ts'
import { receivedIn } from './received-file.ts'

export const NODE = 'this-node'
const RESOURCES = { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }

export interface PodSpec {
  name: string
  namespace?: string
  annotations?: Record<string, string>
  labels?: Record<string, string>
  owner?: { kind: string; name: string; apiVersion?: string }
}

/** A pod as the API server has it. */
const podObject = ({ name, namespace = 'shop', annotations = {}, labels = {}, owner }: PodSpec) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace,
    annotations,
    labels: { 'pod-template-hash': '5d59d67564', ...labels },
    ownerReferences: owner ? [{ apiVersion: 'apps/v1', controller: true, uid: `uid-${owner.name}`, ...owner }] : [],
  },
  spec: { nodeName: NODE, containers: [{ name: 'app', image: 'registry.example.com/cart:1.2' }] },
  status: { phase: 'Running', startTime: '2026-01-01T00:00:00Z', podIP: '10.1.2.3' },
})

/** A line of the CRI. */
export const criLine = (text: string, { stream = 'stdout', tag = 'F', time = '2026-01-02T03:04:05.678901234Z' } = {}) =>
  `${time} ${stream} ${tag} ${text}\n`

export interface InfrastructureScene {
  place: CollectorPlace
  uidOf: (pod: string) => string
  /** A pod as the API server has it. */
  pod: (name: string) => Pod
  api: FakeApiServer
  node: CollectorProcess
  /** The collector that receives. */
  gateway: CollectorProcess
  logPath: (pod: string, options?: { namespace?: string; container?: string; file?: string; uid?: string }) => string
  write: (path: string, text: string) => void
  rotate: (path: string) => string
  received: () => Received
  collectorLog: () => string
  stop: () => Promise<void>
}

export interface SceneOptions {
  binary: string
  folder: string
  infrastructure: InfrastructureCase
  pods?: readonly PodSpec[]
  namespaces?: readonly { name: string; labels?: Record<string, string>; annotations?: Record<string, string> }[]
  disk?: Disk
  env?: Record<string, string>
}

const kubeconfig = (server: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'fake', cluster: { server } }],
    users: [{ name: 'fake', user: {} }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
    'current-context': 'fake',
  })

/** A collector that writes what it receives to `received.json` in the folder. */
export const receivingCollector = async (binary: string, folder: string) => {
  mkdirSync(folder, { recursive: true })
  const place = await loopbackPlace(folder)
  const base = skeleton(place, DISK)
  const pipeline = { receivers: ['otlp'], processors: [], exporters: ['file'] }
  const config = {
    ...base,
    processors: {},
    exporters: { file: { path: join(folder, 'received.json'), flush_interval: '100ms', append: true } },
    service: { ...base.service, pipelines: { traces: pipeline, metrics: pipeline, logs: pipeline } },
  }
  return { place, process: collectorProcess({ binary, config, place, folder }) }
}

export const infrastructureScene = async (options: SceneOptions): Promise<InfrastructureScene> => {
  const { binary, folder, infrastructure, pods = [], namespaces = [], disk = DISK, env = {} } = options
  const api = await startFakeApiServer()
  for (const metadata of namespaces)
    api.store.create({ collection: 'api/v1/namespaces' }, { apiVersion: 'v1', kind: 'Namespace', metadata }, false)
  const uids = new Map<string, string>()
  for (const pod of pods) {
    const object = podObject(pod)
    const { metadata } = api.store.create(
      { collection: 'api/v1/pods', namespace: object.metadata.namespace },
      object,
      false,
    )
    uids.set(pod.name, metadata.uid ?? '')
  }
  const nodeFolder = join(folder, 'node')
  mkdirSync(join(nodeFolder, 'pods'), { recursive: true })
  writeFileSync(join(nodeFolder, 'kubeconfig'), kubeconfig(api.url))
  const { place: gatewayPlace, process: gateway } = await receivingCollector(binary, join(folder, 'gateway'))
  const place = await loopbackPlace(nodeFolder)
  const config = nodeConfig({
    group: { signals: ['traces', 'metrics', 'logs'], resources: RESOURCES },
    disk,
    endpoints: laneEndpoints(`127.0.0.1:${gatewayPlace.grpcPort}`),
    infrastructure: infrastructureOf(infrastructure),
    place,
  })
  const node = collectorProcess({
    binary,
    config,
    place,
    folder: nodeFolder,
    env: { NODE_NAME: NODE, NODE_IP: '127.0.0.1', KUBECONFIG: join(nodeFolder, 'kubeconfig'), ...env },
  })
  await gateway.start()
  const file = join(folder, 'gateway', 'received.json')
  return {
    place,
    uidOf: (pod) => uids.get(pod) ?? '',
    pod: (name) => api.store.get({ collection: 'api/v1/pods', namespace: 'shop', name }) as Pod,
    api,
    node,
    gateway,
    logPath: (
      pod,
      { namespace = 'shop', container = 'app', file: name = '0.log', uid = uids.get(pod) ?? 'unknown' } = {},
    ) => join(place.logDirectory, `${namespace}_${pod}_${uid}`, container, name),
    write: (path, text) => {
      mkdirSync(join(path, '..'), { recursive: true })
      appendFileSync(path, text)
    },
    rotate: (path) => {
      const rotated = `${path}.20260102-030405`
      renameSync(path, rotated)
      return rotated
    },
    received: () => receivedIn(existsSync(file) ? readFileSync(file, 'utf8') : ''),
    collectorLog: () => readFileSync(join(nodeFolder, 'log'), 'utf8'),
    stop: async () => {
      await Promise.all([node.kill(), gateway.kill()])
      await api[Symbol.asyncDispose]()
      await sleep(0)
    },
  }
}
