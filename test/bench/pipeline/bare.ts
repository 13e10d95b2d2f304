/** Collectors as one would write them by hand: a receiver, and exporters whose queues are in memory. */
import type { CollectorConfig, CollectorPlace, Components } from '../../../src/collector/config.ts'
import { skeleton } from '../../../src/collector/skeleton.ts'
import type { RenderedDestination } from '../../../src/destinations/render.ts'

export const plainConfig = (processors: Components, exporters: Components, place: CollectorPlace): CollectorConfig => {
  const { receivers, extensions, service } = skeleton(place, { bytes: 2 ** 30, fsync: false })
  const traces = { receivers: ['otlp'], processors: Object.keys(processors), exporters: Object.keys(exporters) }
  return {
    receivers,
    processors,
    exporters,
    extensions: { health_check: extensions['health_check'] ?? {} },
    service: { ...service, extensions: ['health_check'], pipelines: { traces } },
  }
}

/** With the exporter of the same destination. */
export const bareConfig = ({ exporters }: RenderedDestination, place: CollectorPlace): CollectorConfig =>
  plainConfig({ batch: {} }, Object.fromEntries(exporters.map(({ id, config }) => [id, config])), place)
