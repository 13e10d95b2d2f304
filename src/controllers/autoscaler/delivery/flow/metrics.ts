/** The delivery to Destinations as metrics of the autoscaler. */
import { destinationOf } from '../../../../destinations/addresses/exporter-id.ts'
import type { Metrics } from '../../../../process/metrics.ts'
import { counter, gauge } from '../../../../process/metrics.ts'
import type { FlowView } from './flow.ts'
import type { Items } from './totals.ts'
import { NO_ITEMS } from './totals.ts'

const LABELS = ['destination', 'signal']
const OUTCOMES = ['sent', 'failed', 'dropped'] as const satisfies readonly (keyof Items)[]

const registered = (metrics: Metrics) => ({
  items: counter(metrics, {
    name: 'odigos_destination_items_total',
    help: 'Items for a destination, on all gateways: sent (accepted by the backend), failed (rejected for good) and dropped (no room in the queue).',
    labelNames: [...LABELS, 'outcome'],
  }),
  queued: gauge(metrics, {
    name: 'odigos_destination_queued_bytes',
    help: 'Size of what waits in the queues of a destination on all gateways, in bytes.',
    labelNames: LABELS,
  }),
  capacity: gauge(metrics, {
    name: 'odigos_destination_queue_capacity_bytes',
    help: 'Capacity of the queues of a destination on all gateways, in bytes.',
    labelNames: LABELS,
  }),
  delivering: gauge(metrics, {
    name: 'odigos_destination_delivering',
    help: 'Whether a destination takes its data: 1 for the reason Delivering, else 0.',
    labelNames: [...LABELS, 'reason'],
  }),
  unread: gauge(metrics, {
    name: 'odigos_gateways_unread',
    help: 'Gateways whose metrics could not be read for a minute.',
  }),
})

/** Sets the metrics to what is known. */
export const createFlowMetrics = (metrics: Metrics): ((view: FlowView) => void) => {
  const { items, queued, capacity, delivering, unread } = registered(metrics)
  let before = new Map<string, Items>()
  return ({ signals, unread: count }) => {
    for (const each of [queued, capacity, delivering]) each.reset()
    unread.set(count)
    for (const [key, { exporter, signal, total, sizeBytes, capacityBytes, verdict }] of signals) {
      const destination = destinationOf(exporter)
      if (destination === undefined) continue
      const labels = { destination, signal }
      const last = before.get(key) ?? NO_ITEMS
      // After a long absence, a total starts again.
      for (const outcome of OUTCOMES) {
        const grown = total[outcome] - last[outcome]
        items.inc({ ...labels, outcome }, grown < 0 ? total[outcome] : grown)
      }
      queued.set(labels, sizeBytes)
      capacity.set(labels, capacityBytes)
      if (verdict) delivering.set({ ...labels, reason: verdict }, verdict === 'Delivering' ? 1 : 0)
    }
    before = new Map([...before, ...Array.from(signals, ([key, { total }]): [string, Items] => [key, total])])
  }
}
