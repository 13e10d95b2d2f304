/** Reads the metrics and logs of all gateways again and again, and tells when that is news. */
import { isDeepStrictEqual } from 'node:util'
import type { KubeClient } from '../../../kube/types.ts'
import type { Metrics } from '../../../process/metrics.ts'
import { counter } from '../../../process/metrics.ts'
import type { ReadingOptions } from '../../../prometheus/collectors.ts'
import { createReader, readEvery } from '../../../prometheus/collectors.ts'
import type { CollectorPodView } from './collector-pod-view.ts'
import type { FlowView } from './flow/flow.ts'
import { createFlow, NOTHING_READ } from './flow/flow.ts'
import { isFlowNews } from './flow/news.ts'
import { createLogs } from './flow/logs.ts'
import { createFlowMetrics } from './flow/metrics.ts'
import type { FlowTiming } from './flow/timing.ts'
import type { QueueReading } from './queue-metrics.ts'
import { queueReadings } from './queue-metrics.ts'
import type { QueueView } from './queues.ts'
import { createQueues } from './queues.ts'

export interface DeliveryRunnerOptions extends ReadingOptions {
  /** Pods of gateways. */
  pods: () => readonly CollectorPodView[]
  client: Pick<KubeClient, 'request'>
  metrics: Metrics
  /** Only tests override it. */
  timing?: FlowTiming
}

const INTERVAL_MS = 15_000

/** A gateway that is going has nothing more to say when it does not answer; its queue stays on its volume. */
const isGone = ({ isLeaving, address }: CollectorPodView): boolean => isLeaving === true && address === undefined

/** Whether the log may say why something has not arrived. */
const needsWords = (readings: readonly QueueReading[], before: readonly QueueReading[] = []): boolean =>
  readings.some(({ exporter, signal, sizeBytes, sent, failed }) => {
    const last = before.find((each) => each.exporter === exporter && each.signal === signal)
    return failed > (last?.failed ?? 0) || (sizeBytes > 0 && sent <= (last?.sent ?? 0))
  })

const createRead = (options: DeliveryRunnerOptions) => {
  const { nowMs } = options
  const queues = createQueues(nowMs())
  const flow = createFlow(options.timing)
  const logs = createLogs(options)
  const read = createReader(options, 'the metrics of a gateway could not be read')
  const last = new Map<string, QueueReading[]>()

  const take = ({ metadata: { uid }, group }: CollectorPodView, readings: QueueReading[]): boolean => {
    const isUrgent = needsWords(readings, last.get(uid))
    last.set(uid, readings)
    queues.read({ uid, group }, readings, nowMs())
    flow.read(uid, readings, nowMs())
    return isUrgent
  }

  const readOne = async (pod: CollectorPodView): Promise<void> => {
    const { metadata, group, address } = pod
    const { uid, name } = metadata
    let isUrgent = true
    const result =
      address === undefined
        ? 'failed'
        : await read({ uid, address }, { pod: name }, (samples) => {
            isUrgent = take(pod, queueReadings(samples))
          })
    if (result === 'failed') queues.unreadable({ uid, group }, nowMs())
    if (result === 'read') flow.errors(await logs.read(pod, isUrgent))
  }

  /** Reads every gateway once. */
  return async (pods: readonly CollectorPodView[]): Promise<{ queues: QueueView; flow: FlowView }> => {
    const uids = new Set(pods.map(({ metadata }) => metadata.uid))
    flow.list(new Set(pods.filter((pod) => !isGone(pod)).map(({ metadata }) => metadata.uid)), nowMs())
    await Promise.all(pods.map(readOne))
    queues.keep(uids)
    logs.keep(uids)
    for (const uid of last.keys()) if (!uids.has(uid)) last.delete(uid)
    return { queues: queues.view(nowMs()), flow: flow.look(nowMs()) }
  }
}

export const createDeliveryRunner = (options: DeliveryRunnerOptions) => {
  const { pods, signal, nowMs, onNews, intervalMs = INTERVAL_MS } = options
  const read = createRead(options)
  const setMetrics = createFlowMetrics(options.metrics)
  const dropped = counter(options.metrics, {
    name: 'odigos_queue_dropped_items_total',
    help: 'Items for which the queue of a destination had no room, by exporter and signal.',
    labelNames: ['exporter', 'signal'],
  })
  let queues: QueueView = createQueues(nowMs()).view(nowMs())
  let flow: FlowView = NOTHING_READ
  /** The view that was told of. */
  let told: FlowView = NOTHING_READ

  const count = (view: QueueView): void => {
    for (const { exporter, signal: of, items, sinceMs } of view.drops) {
      const before = queues.drops.find(
        (each) => each.exporter === exporter && each.signal === of && each.sinceMs === sinceMs,
      )
      dropped.inc({ exporter, signal: of }, items - (before?.items ?? 0))
    }
  }

  const readAll = async (): Promise<void> => {
    const view = await read(pods())
    if (signal.aborted) return
    count(view.queues)
    setMetrics(view.flow)
    const isNews = !isDeepStrictEqual(view.queues, queues) || isFlowNews(told, view.flow)
    queues = view.queues
    flow = view.flow
    if (!isNews) return
    told = flow
    onNews()
  }

  return {
    queues: (): QueueView => queues,
    flow: (): FlowView => flow,
    /** Reads every gateway once. */
    readAll,
    /** Until the signal is aborted. */
    run: (): Promise<void> => readEvery(intervalMs, signal, readAll),
  }
}
