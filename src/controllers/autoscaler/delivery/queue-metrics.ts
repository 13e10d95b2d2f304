/**
 * What a collector says of its own exporters. Pure. An exporter that retries moves none of its counters: that it does not deliver shows
 * only in its queue, which grows while nothing is sent. What the backend rejects for good is `failed`, and what the queue has no room
 * for `dropped`; neither is in the other. Tried with version 0.155, see test/conformance/destinations/delivering.test.ts.
 */
import type { Signal } from '../../../api/vocabulary.ts'
import type { Sample } from '../../../prometheus/text.ts'

/** Of one exporter and signal; numbers of items since the collector started. */
export interface QueueReading {
  exporter: string
  signal: Signal
  /** Part of the queue that is in use, from 0 to 1. */
  fill: number
  /** What waits in the queue and what it can hold, in bytes; 0 without a queue. */
  sizeBytes: number
  capacityBytes: number
  /** Items that the backend accepted. */
  sent: number
  /** Items that the backend rejected for good. */
  failed: number
  /** Items for which the queue had no room. */
  dropped: number
}

const isSignal = (text: string | undefined): text is Signal =>
  text === 'traces' || text === 'metrics' || text === 'logs'

/** Signals by the unit in a counter's name, which differs between versions in what follows. */
const UNITS: Readonly<Record<string, Signal>> = { spans: 'traces', metric_points: 'metrics', log_records: 'logs' }
const FIELDS = { sent: 'sent', send_failed: 'failed', enqueue_failed: 'dropped' } as const
const COUNTER = /^otelcol_exporter_(sent|send_failed|enqueue_failed)_(spans|metric_points|log_records)/
const GAUGE = /^otelcol_exporter_queue_(size|capacity)/

interface Figure {
  exporter: string
  signal: Signal
  field: 'size' | 'capacity' | (typeof FIELDS)[keyof typeof FIELDS]
  value: number
}

const counterOf = (name: string): Pick<Figure, 'signal' | 'field'> | undefined => {
  const [, counter = '', unit = ''] = COUNTER.exec(name) ?? []
  const signal = UNITS[unit]
  return signal && { signal, field: FIELDS[counter as keyof typeof FIELDS] }
}

const gaugeOf = (name: string, type: string | undefined): Pick<Figure, 'signal' | 'field'> | undefined => {
  const [, gauge] = GAUGE.exec(name) ?? []
  return gauge !== undefined && isSignal(type) ? { signal: type, field: gauge as 'size' | 'capacity' } : undefined
}

const figureOf = ({ name, labels, value }: Sample): Figure[] => {
  const { exporter, data_type: type } = labels
  const kind = counterOf(name) ?? gaugeOf(name, type)
  return exporter !== undefined && kind ? [{ exporter, ...kind, value }] : []
}

/** The exporters of a collector and their queues, from its metrics. */
export const queueReadings = (samples: readonly Sample[]): QueueReading[] => {
  const figures = samples.flatMap(figureOf)
  const queues = Map.groupBy(figures, ({ exporter, signal }) => `${signal} ${exporter}`)
  return [...queues.values()].flatMap((of) => {
    const sum = (field: Figure['field']): number =>
      of.filter((figure) => figure.field === field).reduce((total, { value }) => total + value, 0)
    const [first] = of
    if (!first) return []
    const { exporter, signal } = first
    const [sizeBytes, capacityBytes] = [sum('size'), sum('capacity')]
    const fill = capacityBytes > 0 ? sizeBytes / capacityBytes : 0
    const [sent, failed, dropped] = [sum('sent'), sum('failed'), sum('dropped')]
    return [{ exporter, signal, fill, sizeBytes, capacityBytes, sent, failed, dropped }]
  })
}
