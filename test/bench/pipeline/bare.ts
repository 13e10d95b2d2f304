/** A collector as one would write it by hand: a receiver and the exporter of the same destination, whose queue is in memory. */
import type { CollectorConfig, CollectorPlace } from '../../../src/collector/config.ts'
import { skeleton } from '../../../src/collector/skeleton.ts'
import type { RenderedDestination } from '../../../src/destinations/render.ts'

export const bareConfig = ({ exporters }: RenderedDestination, place: CollectorPlace): CollectorConfig => {
  const { receivers, extensions, service } = skeleton(place, { bytes: 2 ** 30, fsync: false })
  const { health_check: health = {} } = extensions
  return {
    receivers,
    processors: { batch: {} },
    exporters: Object.fromEntries(exporters.map(({ id, config }) => [id, config])),
    extensions: { health_check: health },
    service: {
      ...service,
      extensions: ['health_check'],
      pipelines: {
        traces: { receivers: ['otlp'], processors: ['batch'], exporters: exporters.map(({ id }) => id) },
      },
    },
  }
}
