/** A node collector on loopback whose lanes lead through switches to a gateway and to dedicated collectors. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { LANES } from '../../../src/api/routing/lanes.ts'
import type { CollectorConfig, CollectorPlace } from '../../../src/collector/config.ts'
import type { Disk } from '../../../src/collector/delivery/disk.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { goVariables } from '../../../src/collector/memory.ts'
import { nodeConfig } from '../../../src/collector/node.ts'
import type { Served } from '../../../src/collector/routing/dedicated.ts'
import { pullSamples } from '../../../src/prometheus/pull.ts'
import type { Sample } from '../../../src/prometheus/text.ts'
import { renderedDestination } from './domains-scene.ts'
import type { CollectorProcess } from './collector-process.ts'
import { collectorProcess, loopbackPlace } from './collector-process.ts'
import type { ConnectionSwitch } from './connection-switch.ts'
import { startSwitch } from './connection-switch.ts'

export interface LanesSceneOptions {
  binary: string
  folder: string
  disk: Disk
  /** Backends of the gateway and of the dedicated collectors. */
  backends: { gateway: string; dedicated: string }
  served: Served['workloads']
}

export interface PlacedCollector {
  process: CollectorProcess
  place: CollectorPlace
  samples: () => Promise<Sample[]>
}

export interface LanesScene {
  node: PlacedCollector
  gateway: PlacedCollector
  dedicated: PlacedCollector
  /** By lane. */
  lanes: ConnectionSwitch[]
  /** OTLP over HTTP of the node collector. */
  endpoint: string
  stop: () => Promise<void>
}

const MEMORY_MIB = 256
const GROUP = {
  signals: ['traces' as const],
  resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: `${MEMORY_MIB}Mi` } },
}

/** Connections end as those of a real gateway do, only sooner. */
const withShortConnections = (config: CollectorConfig): CollectorConfig => {
  const text = JSON.stringify(config).replace('"max_connection_age":"60s"', '"max_connection_age":"1s"')
  return JSON.parse(text) as CollectorConfig
}

const createStart =
  ({ binary, folder }: LanesSceneOptions) =>
  async (name: string, configAt: (place: CollectorPlace) => CollectorConfig): Promise<PlacedCollector> => {
    const own = join(folder, name)
    mkdirSync(own, { recursive: true })
    const place = await loopbackPlace(own)
    const env = { ...goVariables(MEMORY_MIB), NODE_NAME: 'this-node' }
    const process = collectorProcess({ binary, config: configAt(place), place, folder: own, env })
    await process.start()
    const samples = () => pullSamples(`127.0.0.1:${place.metricsPort}`, new AbortController().signal)
    return { process, place, samples }
  }

export const startLanes = async (options: LanesSceneOptions): Promise<LanesScene> => {
  const { disk, backends, served } = options
  const start = createStart(options)
  const gatewayAt = (place: CollectorPlace, endpoint: string, only?: Served): CollectorConfig =>
    withShortConnections(
      gatewayConfig({
        group: GROUP,
        destinations: [renderedDestination({ name: 'backend', endpoint })],
        actions: [],
        disk,
        served: only,
        place,
      }),
    )
  const gateway = await start('gateway', (place) => gatewayAt(place, backends.gateway))
  const gatewayEndpoint = `127.0.0.1:${gateway.place.grpcPort}`
  const dedicated = await start('dedicated', (place) =>
    gatewayAt(place, backends.dedicated, { workloads: served, gatewayEndpoint }),
  )
  const lanes = await Promise.all(Array.from({ length: LANES }, () => startSwitch(gateway.place.grpcPort)))
  const endpoints = { gateway: gatewayEndpoint, lane: (lane: number) => lanes[lane]?.endpoint ?? gatewayEndpoint }
  const node = await start('node', (place) => nodeConfig({ group: GROUP, endpoints, disk, place }))
  return {
    node,
    gateway,
    dedicated,
    lanes,
    endpoint: `http://127.0.0.1:${node.place.httpPort}`,
    stop: async () => {
      await Promise.all([node, gateway, dedicated].map(({ process }) => process.kill()))
      await Promise.all(lanes.map((lane) => lane.close()))
    },
  }
}
