/**
 * Every destination is a failure domain of its own. A fan-out hands a batch to one exporter after the other and returns the errors of
 * all: when one queue is full, the sender tries again, and the other destinations receive the batch again. So a pipeline of its own
 * takes the data of each destination over at a border that returns no error: a batch processor that batches nothing. What the queue
 * behind it refuses is discarded for this destination only, and counted (`otelcol_exporter_enqueue_failed_*`).
 */
import type { Signal } from '../../api/vocabulary.ts'
import type { RenderedDestination } from '../../destinations/render.ts'
import type { ComponentConfig, Components, Pipeline } from '../config.ts'
import { leftMark, leftMarkConfig } from '../probes.ts'
import type { Takers } from './sources.ts'
import { areDivided, division, sourcesConnector, unmarkedBy } from './sources.ts'

/**
 * The border in front of a destination, one for each signal: how many items it has handed on is what was ever put into the queue behind it
 * (`otelcol_processor_batch_batch_send_size_sum`), or dropped there.
 */
export const borderOf = (signal: Signal, destination: string): string => `batch/${signal}-to-${destination}`

/** Hands on each request at once and unchanged. */
export const BORDER_CONFIG = { timeout: '0s', send_batch_size: 0 }

/** What a pipeline of the gateway sends to, and the pipelines behind it. */
export interface Domains {
  /** For the list of exporters of a pipeline of that signal; empty if no destination takes it. */
  exportersOf: (signal: Signal) => string[]
  pipelines: Record<`${Signal}/${string}`, Pipeline>
  connectors: Components
  processors: Components
  /** Ids of the connectors that mark probes. */
  leftMarks: string[]
}

/** Exporters, and the mark for probes; empty if the destination does not take the signal. */
const takenBy = ({ name, exporters }: RenderedDestination, signal: Signal): string[] => {
  const ids = exporters.filter(({ signals }) => signals.includes(signal)).map(({ id }) => id)
  return ids.length > 0 ? [...ids, leftMark(name)] : []
}

/** The owner of a destination that waits chose that all wait: it takes the data over only once it is in its queue. */
const hasBorder = ({ whenFull }: RenderedDestination): boolean => whenFull === 'Drop'

/** Sets the resource attributes that a backend requires. */
export const resourceProcessor = ({ name }: RenderedDestination): string => `resource/${name}`

export const resourceConfig = (attributes: Record<string, unknown>): ComponentConfig => ({
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value, action: 'upsert' })),
})

const forward = ({ name }: RenderedDestination): string => `forward/${name}`

/** Without a border, attributes or sources, a destination needs no pipeline of its own. */
const isApart = (each: RenderedDestination): boolean =>
  hasBorder(each) || each.resource !== undefined || each.takes !== undefined

/** What of a signal is handed to which destinations. */
const takersOf = (destinations: readonly RenderedDestination[], signal: Signal, isMarked: boolean): Takers => {
  const takers = destinations.filter((each) => takenBy(each, signal).length > 0)
  const others = takers
    .filter(({ takes }) => takes === undefined)
    .flatMap((each) => (isApart(each) ? [forward(each)] : takenBy(each, signal)))
  return { signal, destinations: takers, others, isMarked }
}

/** The pipeline of one destination. */
const pipelineTo = (each: RenderedDestination, { signal, isMarked }: Takers): [string, Pipeline] => [
  `${signal}/to-${each.name}`,
  {
    receivers: [each.takes === undefined ? forward(each) : sourcesConnector(signal)],
    processors: [
      ...(each.takes === undefined ? [] : unmarkedBy(isMarked)),
      ...(hasBorder(each) ? [borderOf(signal, each.name)] : []),
      ...(each.resource ? [resourceProcessor(each)] : []),
    ],
    exporters: takenBy(each, signal),
  },
]

const processorsOf = (each: RenderedDestination, signals: readonly Signal[]): [string, ComponentConfig][] => [
  ...(hasBorder(each)
    ? signals
        .filter((signal) => takenBy(each, signal).length > 0)
        .map((signal): [string, ComponentConfig] => [borderOf(signal, each.name), BORDER_CONFIG])
    : []),
  ...(each.resource
    ? [[resourceProcessor(each), resourceConfig(each.resource)] satisfies [string, ComponentConfig]]
    : []),
]

/** `marked` are the signals in which is marked what each destination takes. */
export const failureDomains = (
  destinations: readonly RenderedDestination[],
  signals: readonly Signal[],
  marked: readonly Signal[] = [],
): Domains => {
  const all = signals.map((signal) => takersOf(destinations, signal, marked.includes(signal)))
  const served = destinations.filter((each) => all.some((takers) => takers.destinations.includes(each)))
  const divided = division(all)
  const forwarded = served.filter((each) => isApart(each) && each.takes === undefined)
  return {
    exportersOf: (signal) => {
      const takers = all.find((each) => each.signal === signal)
      if (!takers) return []
      return areDivided(takers) ? [sourcesConnector(signal)] : [...takers.others]
    },
    pipelines: {
      ...Object.fromEntries(
        served
          .filter(isApart)
          .flatMap((each) =>
            all.filter((takers) => takers.destinations.includes(each)).map((takers) => pipelineTo(each, takers)),
          ),
      ),
      ...divided.pipelines,
    },
    connectors: {
      ...Object.fromEntries(forwarded.map((each) => [forward(each), {}])),
      ...Object.fromEntries(served.map(({ name }) => [leftMark(name), leftMarkConfig(name)])),
      ...divided.connectors,
    },
    leftMarks: served.map(({ name }) => leftMark(name)),
    processors: { ...Object.fromEntries(served.flatMap((each) => processorsOf(each, signals))), ...divided.processors },
  }
}
