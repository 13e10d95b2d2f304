import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Where metrics are registered; `/metrics` prints it. Every metric of ours starts with `odigos_`. */
export type Metrics = Registry

/** A registry with the default metrics of a Node.js process (CPU, memory, event loop, garbage collection). */
export const createMetrics = (): Metrics => {
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  return metrics
}

interface MetricOptions {
  name: string
  help: string
  labelNames?: readonly string[]
}

/** The counter of that name, registered at the first call: several controllers of one process share one. */
export const counter = (metrics: Metrics, options: MetricOptions): Counter =>
  (metrics.getSingleMetric(options.name) as Counter | undefined) ??
  new Counter({ ...options, labelNames: [...(options.labelNames ?? [])], registers: [metrics] })

/** The gauge of that name; `collect` sets its values when it is read. */
export const gauge = (metrics: Metrics, options: MetricOptions & { collect?: (gauge: Gauge) => void }): Gauge => {
  const { collect, ...rest } = options
  const created = (): Gauge =>
    new Gauge({
      ...rest,
      labelNames: [...(options.labelNames ?? [])],
      registers: [metrics],
      ...(collect
        ? {
            collect() {
              collect(this)
            },
          }
        : {}),
    })
  return (metrics.getSingleMetric(options.name) as Gauge | undefined) ?? created()
}

/** The histogram of that name; `buckets` in the unit of the name, usually seconds. */
export const histogram = (metrics: Metrics, options: MetricOptions & { buckets: number[] }): Histogram =>
  (metrics.getSingleMetric(options.name) as Histogram | undefined) ??
  new Histogram({ ...options, labelNames: [...(options.labelNames ?? [])], registers: [metrics] })
