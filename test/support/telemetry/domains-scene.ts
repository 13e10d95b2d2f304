/** A node collector and a gateway on loopback, with destinations of which some are out of order, and what is known of all. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { WhenFull } from '../../../src/api/kinds/destination.ts'
import type { Disk } from '../../../src/collector/delivery/disk.ts'
import type { CollectorPlace } from '../../../src/collector/config.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { goVariables } from '../../../src/collector/memory.ts'
import { nodeConfig } from '../../../src/collector/node.ts'
import { pullSamples } from '../../../src/prometheus/pull.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { laneEndpoints } from './collector-case.ts'
import type { CollectorProcess } from './collector-process.ts'
import { collectorProcess, loopbackPlace } from './collector-process.ts'

export interface SceneDestination {
  name: string
  endpoint: string
  whenFull?: WhenFull
  /** Another uid is another Destination. */
  uid?: string
}

export interface SceneOptions {
  binary: string
  folder: string
  disk: Disk
  memoryMiB: number
  destinations: readonly SceneDestination[]
}

/** One of the collectors. */
export interface SceneCollector {
  process: CollectorProcess
  place: CollectorPlace
  /** Sum of a metric over all series whose labels have these texts in them. */
  metric: (name: string, labels?: Record<string, string>) => Promise<number>
  /** Resident memory without mapped files, in bytes. */
  memoryBytes: () => number
  /** Disk space of the queues, in bytes. */
  diskBytes: () => number
}

export interface DomainsScene {
  node: SceneCollector
  gateway: SceneCollector
  /** OTLP over HTTP of the node collector. */
  endpoint: string
  stop: () => Promise<void>
}

const SIGNALS = ['traces' as const]

export const renderedDestination = ({ name, endpoint, whenFull = 'Drop', uid = name }: SceneDestination) =>
  renderDestination(
    {
      name,
      uid,
      spec: { type: 'otlphttp', signals: [...SIGNALS], fields: { endpoint }, disabled: false, queue: { whenFull } },
    },
    [],
  )

const anonymousMemory = (pid: number | undefined): number => {
  const status = pid === undefined ? '' : readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024
}

const BLOCK = 512
const spaceOf = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false })
    return sum + (found?.blocks ?? 0) * BLOCK
  }, 0)

const collectorOf = (process: CollectorProcess, place: CollectorPlace): SceneCollector => ({
  process,
  place,
  metric: async (name, labels = {}) => {
    const samples = await pullSamples(`127.0.0.1:${place.metricsPort}`, new AbortController().signal)
    return samples
      .filter((sample) => sample.name.replace(/_total$/, '').replace(/_+$/, '') === name)
      .filter((sample) => Object.entries(labels).every(([label, text]) => sample.labels[label]?.includes(text)))
      .reduce((sum, { value }) => sum + value, 0)
  },
  memoryBytes: () => anonymousMemory(process.pid()),
  diskBytes: () => spaceOf(place.queueDirectory),
})

export const startDomains = async (options: SceneOptions): Promise<DomainsScene> => {
  const { binary, folder, disk, memoryMiB, destinations } = options
  const group = {
    signals: [...SIGNALS],
    resources: { requests: { cpu: '100m', memory: `${memoryMiB}Mi` }, limits: { memory: `${memoryMiB}Mi` } },
  }
  const env = { ...goVariables(memoryMiB), NODE_NAME: 'this-node' }
  const folders = { gateway: join(folder, 'gateway'), node: join(folder, 'node') }
  for (const each of Object.values(folders)) mkdirSync(each, { recursive: true })
  const gatewayPlace = await loopbackPlace(folders.gateway)
  const nodePlace = await loopbackPlace(folders.node)
  const rendered = destinations.map(renderedDestination)
  const gatewayConfiguration = gatewayConfig({ group, destinations: rendered, actions: [], disk, place: gatewayPlace })
  const endpoints = laneEndpoints(`127.0.0.1:${gatewayPlace.grpcPort}`)
  const nodeConfiguration = nodeConfig({ group, endpoints, disk, place: nodePlace })
  const gateway = collectorProcess({
    binary,
    config: gatewayConfiguration,
    place: gatewayPlace,
    folder: folders.gateway,
    env,
  })
  const node = collectorProcess({ binary, config: nodeConfiguration, place: nodePlace, folder: folders.node, env })
  await Promise.all([gateway.start(), node.start()])
  return {
    gateway: collectorOf(gateway, gatewayPlace),
    node: collectorOf(node, nodePlace),
    endpoint: `http://127.0.0.1:${nodePlace.httpPort}`,
    stop: async () => void (await Promise.all([gateway.kill(), node.kill()])),
  }
}
