/**
 * Every destination is a failure domain of its own. A fan-out hands a batch to one exporter after the other and returns the errors of
 * all: when one queue is full, the sender tries again, and the other destinations receive the batch again. So a pipeline of its own
 * takes the data of each destination over at a border that returns no error: a batch processor that batches nothing. What the queue
 * behind it refuses is discarded for this destination only, and counted (`otelcol_exporter_enqueue_failed_*`).
 */
import type { Signal } from '../../api/vocabulary.ts'
import type { RenderedDestination } from '../../destinations/render.ts'
import type { ComponentConfig, Components, Pipeline } from '../config.ts'

const BORDER = 'batch/border'

/** Hands on each request at once and unchanged. */
const BORDER_CONFIG = { timeout: '0s', send_batch_size: 0 }

/** What a pipeline of the gateway sends to, and the pipelines behind it. */
export interface Domains {
  /** For the list of exporters of a pipeline of that signal; empty if no destination takes it. */
  exportersOf: (signal: Signal) => string[]
  pipelines: Record<`${Signal}/${string}`, Pipeline>
  connectors: Components
  processors: Components
}

const takenBy = ({ exporters }: RenderedDestination, signal: Signal): string[] =>
  exporters.filter(({ signals }) => signals.includes(signal)).map(({ id }) => id)

/** The owner of a destination that waits chose that all wait: it takes the data over only once it is in its queue. */
const hasBorder = ({ whenFull }: RenderedDestination): boolean => whenFull === 'Drop'

/** Sets the resource attributes that a backend requires. */
const resourceProcessor = ({ name }: RenderedDestination): string => `resource/${name}`

const resourceConfig = (attributes: Record<string, unknown>): ComponentConfig => ({
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value, action: 'upsert' })),
})

/** Processors for the data of one destination; where there are none, it needs no pipeline of its own. */
const processorsOf = (each: RenderedDestination): string[] => [
  ...(hasBorder(each) ? [BORDER] : []),
  ...(each.resource ? [resourceProcessor(each)] : []),
]

const forward = ({ name }: RenderedDestination): string => `forward/${name}`

export const failureDomains = (destinations: readonly RenderedDestination[], signals: readonly Signal[]): Domains => {
  const apart = destinations.filter((each) => processorsOf(each).length > 0 && each.exporters.length > 0)
  const pipelines = apart.flatMap((each) =>
    signals
      .map((signal) => ({ signal, exporters: takenBy(each, signal) }))
      .filter(({ exporters }) => exporters.length > 0)
      .map(({ signal, exporters }): [string, Pipeline] => [
        `${signal}/${each.name}`,
        { receivers: [forward(each)], processors: processorsOf(each), exporters },
      ]),
  )
  return {
    exportersOf: (signal) =>
      destinations.flatMap((each) => {
        const exporters = takenBy(each, signal)
        return exporters.length > 0 && processorsOf(each).length > 0 ? [forward(each)] : exporters
      }),
    pipelines: Object.fromEntries(pipelines),
    connectors: Object.fromEntries(apart.map((each) => [forward(each), {}])),
    processors: {
      ...(apart.some(hasBorder) ? { [BORDER]: BORDER_CONFIG } : {}),
      ...Object.fromEntries(
        apart.flatMap((each) => (each.resource ? [[resourceProcessor(each), resourceConfig(each.resource)]] : [])),
      ),
    },
  }
}
