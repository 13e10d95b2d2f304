import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** The registry of metrics that `/metrics` returns. All of Odigos' own metrics start with `odigos_`. */
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

/** The counter with this name, registered on first use: controllers of one process share it. */
export const counter = (metrics: Metrics, options: MetricOptions): Counter =>
  (metrics.getSingleMetric(options.name) as Counter | undefined) ??
  new Counter({ ...options, labelNames: [...(options.labelNames ?? [])], registers: [metrics] })

/** The gauge with this name; `collect` sets its values when it is read. */
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

/** The histogram with this name; `buckets` in the unit of the name, usually seconds. */
export const histogram = (metrics: Metrics, options: MetricOptions & { buckets: number[] }): Histogram =>
  (metrics.getSingleMetric(options.name) as Histogram | undefined) ??
  new Histogram({ ...options, labelNames: [...(options.labelNames ?? [])], registers: [metrics] })
