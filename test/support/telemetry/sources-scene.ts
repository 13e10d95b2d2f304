/** A gateway and a dedicated one on loopback, with Destinations that have sources, and numbered items of some resources. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Action, ActionSpec } from '../../../src/api/kinds/action.ts'
import { actionSpec } from '../../../src/api/kinds/action.ts'
import type { DestinationSpec } from '../../../src/api/kinds/destination.ts'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import type { Signal } from '../../../src/api/vocabulary.ts'
import { SIGNALS } from '../../../src/api/vocabulary.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import type { Selected } from '../../../src/collector/ottl.ts'
import { selectorCondition } from '../../../src/collector/ottl.ts'
import type { Served } from '../../../src/collector/routing/dedicated.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { DISK } from '../collectors/settings.ts'
import type { CollectorProcess } from './collector-process.ts'
import { collectorProcess, loopbackPlace } from './collector-process.ts'
import { postOtlp } from './otlp-json.ts'

export interface SourcesDestination {
  name: string
  endpoint: string
  signals: Signal[]
  /** What its sources match; absent where it takes everything. */
  selected?: Selected
  /** More of its spec. */
  spec?: Partial<DestinationSpec>
}

export interface SourcesSceneOptions {
  binary: string
  folder: string
  destinations: readonly SourcesDestination[]
  actions?: Readonly<Record<string, { spec: Partial<ActionSpec>; selected?: Selected }>>
  served: Served['workloads']
}

export interface SourcesScene {
  /** OTLP over HTTP. */
  gateway: string
  dedicated: string
  /** `host:port` of the metrics of the gateway. */
  metrics: string
  /** Restarts the gateway with others, as a rollout does. */
  change: (destinations: readonly SourcesDestination[]) => Promise<void>
  stop: () => Promise<void>
}

const GROUP = {
  signals: [...SIGNALS],
  resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } },
}

const rendered = ({ name, endpoint, signals, selected, spec }: SourcesDestination) => ({
  ...renderDestination(
    { name, uid: name, spec: destinationSpec.parse({ type: 'otlphttp', signals, fields: { endpoint }, ...spec }) },
    [],
  ),
  takes: selectorCondition(selected),
})

const actionsOf = ({ actions = {} }: SourcesSceneOptions) =>
  Object.entries(actions).map(([name, { spec, selected }]) => ({
    metadata: { name, namespace: 'odigos-system' } as Action['metadata'],
    spec: actionSpec.parse(spec),
    selected,
  }))

export const startSources = async (options: SourcesSceneOptions): Promise<SourcesScene> => {
  const { binary, folder, served } = options
  const folders = { gateway: join(folder, 'gateway'), dedicated: join(folder, 'dedicated') }
  for (const each of Object.values(folders)) mkdirSync(each, { recursive: true })
  const places = { gateway: await loopbackPlace(folders.gateway), dedicated: await loopbackPlace(folders.dedicated) }
  const gatewayEndpoint = `127.0.0.1:${places.gateway.grpcPort}`
  const shardEndpoint = () => `127.0.0.1:${places.gateway.tailPort}`
  const collector = (name: keyof typeof places, destinations: readonly SourcesDestination[]): CollectorProcess =>
    collectorProcess({
      binary,
      config: gatewayConfig({
        group: GROUP,
        destinations: destinations.map(rendered),
        actions: actionsOf(options),
        disk: DISK,
        shardEndpoint,
        place: places[name],
        ...(name === 'dedicated' ? { served: { workloads: served, gatewayEndpoint } } : {}),
      }),
      place: places[name],
      folder: folders[name],
      env: { GOMEMLIMIT: '300MiB' },
    })
  let gateway = collector('gateway', options.destinations)
  const dedicated = collector('dedicated', options.destinations)
  await Promise.all([gateway.start(), dedicated.start()])
  return {
    gateway: `http://127.0.0.1:${places.gateway.httpPort}`,
    dedicated: `http://127.0.0.1:${places.dedicated.httpPort}`,
    metrics: `127.0.0.1:${places.gateway.metricsPort}`,
    change: async (destinations) => {
      await gateway.terminate()
      gateway = collector('gateway', destinations)
      await gateway.start()
    },
    stop: async () => void (await Promise.all([gateway.kill(), dedicated.kill()])),
  }
}

type Value = string | number
type Resource = Readonly<Record<string, Value>>

const attributesOf = (values: Resource) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }))

const TIME = '1764200000000000000'

/** What is in a scope, by signal. */
const ITEMS = {
  traces: (attributes: object[], sequence: number) => ({
    spans: [
      {
        traceId: sequence.toString(16).padStart(32, '1'),
        spanId: sequence.toString(16).padStart(16, '1'),
        name: 'numbered',
        kind: 2,
        startTimeUnixNano: TIME,
        endTimeUnixNano: TIME,
        attributes,
      },
    ],
  }),
  metrics: (attributes: object[]) => ({
    metrics: [{ name: 'numbered', gauge: { dataPoints: [{ timeUnixNano: TIME, asInt: '1', attributes }] } }],
  }),
  logs: (attributes: object[]) => ({ logRecords: [{ timeUnixNano: TIME, body: { stringValue: 'x' }, attributes }] }),
} as const

const LISTS = {
  traces: ['resourceSpans', 'scopeSpans'],
  metrics: ['resourceMetrics', 'scopeMetrics'],
  logs: ['resourceLogs', 'scopeLogs'],
} as const

/** One request with an item of each resource; an undefined one has no resource at all. */
export const sendNumbered = async (
  endpoint: string,
  signal: Signal,
  items: readonly { sequence: number; resource: Resource | undefined }[],
): Promise<void> => {
  const [resources, scopes] = LISTS[signal]
  const body = {
    [resources]: items.map(({ sequence, resource }) => ({
      ...(resource ? { resource: { attributes: attributesOf(resource) } } : {}),
      [scopes]: [{ scope: { name: 'test' }, ...ITEMS[signal](attributesOf({ sequence: String(sequence) }), sequence) }],
    })),
  }
  const status = await postOtlp(endpoint, signal, body)
  if (status !== 200) throw new Error(`the gateway answered ${status}`)
}
