import type { Gauge } from 'prom-client'
import type { Health } from '../../process/health.ts'
import type { Metrics } from '../../process/metrics.ts'
import { gauge } from '../../process/metrics.ts'
import type { Cached, Informer } from '../types.ts'

/**
 * Makes a process ready only when its informers are synced, and exports for each informer the number of cached objects
 * and the time since the last byte of its watch. Called once in a process. Keys are values of the label `informer`.
 */
export const reportInformers = (
  informers: Record<string, Informer<Cached>>,
  to: { health: Health; metrics: Metrics },
): void => {
  const caches = Object.entries(informers)
  for (const [informer, cache] of caches) {
    to.health.addReadiness(informer, () => (cache.isSynced() ? undefined : 'not synced yet'))
  }
  const read = (value: (cache: Informer<Cached>) => number) => (metric: Gauge) => {
    for (const [informer, cache] of caches) metric.set({ informer }, value(cache))
  }
  gauge(to.metrics, {
    name: 'odigos_informer_silence_seconds',
    help: 'Time since the last byte of the watch.',
    labelNames: ['informer'],
    collect: read((cache) => cache.silenceMs() / 1000),
  })
  gauge(to.metrics, {
    name: 'odigos_informer_objects',
    help: 'Objects in the cache.',
    labelNames: ['informer'],
    collect: read((cache) => cache.list().length),
  })
}
