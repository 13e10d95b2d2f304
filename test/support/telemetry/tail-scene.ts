/** Gateways on loopback that decide about whole traces together, with one backend, and what arrives there. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SHARDS, shardReplicas } from '../../../src/api/routing/shards.ts'
import type { ActionInput } from '../../../src/collector/actions/processor.ts'
import type { CollectorPlace } from '../../../src/collector/config.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { goVariables } from '../../../src/collector/memory.ts'
import type { Served } from '../../../src/collector/routing/dedicated.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { pullSamples } from '../../../src/prometheus/pull.ts'
import { DISK } from '../collectors/settings.ts'
import type { CollectorProcess } from './collector-process.ts'
import { collectorProcess, loopbackPlace } from './collector-process.ts'
import { startHttpBackend } from './recording-backend.ts'

export interface ArrivedSpan {
  traceId: string
  spanId: string
  service: string
  /** Names of the attributes of its resource. */
  resource: string[]
}

export interface TailGateway {
  process: CollectorProcess
  place: CollectorPlace
  /** OTLP over HTTP. */
  endpoint: string
  /** Sum over all series of metrics whose names begin so. */
  metric: (prefix: string) => Promise<number>
}

export interface TailScene {
  gateways: TailGateway[]
  /** Everything that has arrived, in its order. */
  arrived: () => ArrivedSpan[]
  end: () => Promise<void>
}

export interface TailSceneOptions {
  binary: string
  actions: readonly ActionInput[]
  /** Number of gateways that hold shards. */
  gateways: number
  /** Of one more, that holds none. */
  served?: Served['workloads']
  memoryMiB?: number
}

interface Payload {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] }
    scopeSpans: { spans: { traceId: string; spanId: string }[] }[]
  }[]
}

const arrivedIn = (body: string): ArrivedSpan[] =>
  (JSON.parse(body) as Payload).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? ''
    const names = resource.attributes.map(({ key }) => key)
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId }) => ({ traceId, spanId, service, resource: names })),
    )
  })

const gatewayOf = (process: CollectorProcess, place: CollectorPlace): TailGateway => ({
  process,
  place,
  endpoint: `http://127.0.0.1:${place.httpPort}`,
  metric: async (prefix) => {
    const samples = await pullSamples(`127.0.0.1:${place.metricsPort}`, new AbortController().signal)
    return samples.filter(({ name }) => name.startsWith(prefix)).reduce((sum, { value }) => sum + value, 0)
  },
})

export const startTail = async (options: TailSceneOptions): Promise<TailScene> => {
  const { binary, actions, served, memoryMiB = 512 } = options
  const folder = mkdtempSync(join(tmpdir(), 'odigos-tail-'))
  const backend = await startHttpBackend()
  const fields = { endpoint: `http://127.0.0.1:${backend.port}`, encoding: 'json', compression: 'none' }
  const spec = { type: 'otlphttp', signals: ['traces' as const], fields, disabled: false }
  const destinations = [renderDestination({ name: 'sink', spec }, [])]
  const resources = { requests: { cpu: '100m', memory: `${memoryMiB}Mi` }, limits: { memory: `${memoryMiB}Mi` } }
  const names = Array.from({ length: options.gateways + (served ? 1 : 0) }, (_, index) => `gateway-${index}`)
  const places: CollectorPlace[] = []
  for (const name of names) {
    mkdirSync(join(folder, name))
    places.push(await loopbackPlace(join(folder, name)))
  }
  const holders = shardReplicas(options.gateways)
  const shardEndpoint = (shard: string): string => `127.0.0.1:${places[holders[SHARDS.indexOf(shard)] ?? 0]?.tailPort}`
  const gateways = places.map((place, index) => {
    const only = served && index === options.gateways
    const config = gatewayConfig({
      group: { resources },
      destinations,
      actions,
      disk: DISK,
      shardEndpoint,
      place,
      ...(only ? { served: { workloads: served, gatewayEndpoint: `127.0.0.1:${places[0]?.grpcPort}` } } : {}),
    })
    const process = collectorProcess({
      binary,
      config,
      place,
      folder: join(folder, names[index] ?? ''),
      env: goVariables(memoryMiB),
    })
    return gatewayOf(process, place)
  })
  await Promise.all(gateways.map(({ process }) => process.start()))
  return {
    gateways,
    arrived: () => backend.requests.flatMap(({ body }) => arrivedIn(body.toString('utf8'))),
    end: async () => {
      await Promise.all(gateways.map(({ process }) => process.kill()))
      await backend.close()
      rmSync(folder, { recursive: true })
    },
  }
}
