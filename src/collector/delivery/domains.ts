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

/** Processors for the data of one destination; where there are none, it needs no pipeline of its own. */
const processorsOf = (each: RenderedDestination, signal: Signal): string[] => [
  ...(hasBorder(each) ? [borderOf(signal, each.name)] : []),
  ...(each.resource ? [resourceProcessor(each)] : []),
]

const forward = ({ name }: RenderedDestination): string => `forward/${name}`

export const failureDomains = (destinations: readonly RenderedDestination[], signals: readonly Signal[]): Domains => {
  const isApart = (each: RenderedDestination): boolean => hasBorder(each) || each.resource !== undefined
  const marked = destinations.filter((each) => signals.some((signal) => takenBy(each, signal).length > 0))
  const apart = marked.filter(isApart)
  const pipelines = apart.flatMap((each) =>
    signals
      .map((signal) => ({ signal, exporters: takenBy(each, signal) }))
      .filter(({ exporters }) => exporters.length > 0)
      .map(({ signal, exporters }): [string, Pipeline] => [
        `${signal}/to-${each.name}`,
        { receivers: [forward(each)], processors: processorsOf(each, signal), exporters },
      ]),
  )
  const borders = apart
    .filter(hasBorder)
    .flatMap((each) =>
      signals.filter((signal) => takenBy(each, signal).length > 0).map((signal) => borderOf(signal, each.name)),
    )
  return {
    exportersOf: (signal) =>
      destinations.flatMap((each) => {
        const exporters = takenBy(each, signal)
        return exporters.length > 0 && isApart(each) ? [forward(each)] : exporters
      }),
    pipelines: Object.fromEntries(pipelines),
    connectors: Object.fromEntries([
      ...apart.map((each) => [forward(each), {}]),
      ...marked.map(({ name }) => [leftMark(name), leftMarkConfig(name)]),
    ]) as Components,
    leftMarks: marked.map(({ name }) => leftMark(name)),
    processors: {
      ...Object.fromEntries(borders.map((id) => [id, BORDER_CONFIG])),
      ...Object.fromEntries(
        apart.flatMap((each) => (each.resource ? [[resourceProcessor(each), resourceConfig(each.resource)]] : [])),
      ),
    },
  }
}
