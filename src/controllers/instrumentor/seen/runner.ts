/** Reads the counters of all node collectors again and again, and tells which workloads that is news about. */
import type { Traffic } from '../../../api/kinds/telemetry.ts'
import { NODE_COLLECTOR_NAME } from '../../../api/names.ts'
import type { Signal } from '../../../api/vocabulary.ts'
import { SIGNALS } from '../../../api/vocabulary.ts'
import { IN_A_POD } from '../../../collector/config.ts'
import type { Config } from '../../../process/config.ts'
import type { Log } from '../../../process/log.ts'
import type { Metrics } from '../../../process/metrics.ts'
import { counter } from '../../../process/metrics.ts'
import type { Caches } from '../watch/caches.ts'
import type { PodView } from '../watch/pod-view.ts'
import type { PodPlace } from '../watch/workload-caches.ts'
import { workloadKey } from '../watch/workload-index.ts'
import type { SeenKind } from './arrivals.ts'
import type { CollectorReadings, NodeCollector } from './collectors.ts'
import { createCollectorReadings } from './collectors.ts'
import type { PodTelemetry, PodTelemetryStore } from './pod-telemetry.ts'
import { createPodTelemetry } from './pod-telemetry.ts'
import { createTraffic } from './traffic.ts'
import type { Sample } from '../../../prometheus/text.ts'
import { createReader, podAddress, readEach, readEvery } from '../../../prometheus/collectors.ts'
import type { pullSamples } from '../../../prometheus/pull.ts'

export interface SeenOptions {
  caches: Pick<Caches, 'podsOf' | 'podOf'>
  config: Pick<Config<'instrumentor'>, 'NAMESPACE' | 'SILENCE_SECONDS'>
  log: Log
  metrics: Metrics
  signal: AbortSignal
  nowMs: () => number
  /** Called with the key of each workload about which something is news. */
  onNews: (key: string) => void
  /** Only tests override them. */
  pull?: typeof pullSamples
  intervalMs?: number
}

/** What is known of the telemetry of pods at one moment. */
export interface Seen {
  /** How much a workload sends, by its key; undefined while that is not known, null where it is little. */
  traffic: (key: string) => Traffic | null | undefined
  podTelemetry: (namespace: string, pod: string) => PodTelemetry | undefined
  /** Since when what the pods of a node send is known without a gap (ms); undefined where it is not. */
  watchedSinceMs: (nodeName: string) => number | undefined
  /** When this instrumentor began to read (ms). */
  startedMs: number
  /** How long pods with traffic may be silent before that is called a fault. */
  silenceMs: number
}

const isSignal = (kind: SeenKind): kind is Signal => (SIGNALS as readonly string[]).includes(kind)

const INTERVAL_MS = 10_000
const CONCURRENCY = 8

const collectorOf = ({ metadata, nodeName, podIP, containers }: PodView): NodeCollector[] => {
  const isReady = containers.some((container) => container.isReady)
  if (!isReady || !nodeName || !podIP) return []
  return [{ uid: metadata.uid ?? metadata.name, nodeName, address: podAddress(podIP, IN_A_POD.seenPort) }]
}

interface Kept {
  pods: PodTelemetryStore
  readings: CollectorReadings
  traffic: ReturnType<typeof createTraffic>
}

/** Reads one collector, and keeps what it counted of the pods of its own node; others are not believed. */
const createRead = (options: SeenOptions, { pods, readings, traffic }: Kept) => {
  const { caches, nowMs, onNews } = options
  const read = createReader(options, 'a node collector could not be read')
  const reads = counter(options.metrics, {
    name: 'odigos_node_collector_reads_total',
    help: 'Reads of what node collectors counted, by result.',
    labelNames: ['result'],
  })

  const keep = (collector: NodeCollector, samples: readonly Sample[]): void => {
    const ownPod = (namespace: string, pod: string): PodPlace | undefined => {
      const known = caches.podOf(namespace, pod)
      return known?.nodeName === collector.nodeName ? known : undefined
    }
    const reading = readings.read(collector, samples, nowMs())
    const news = pods.put(reading, (namespace, pod) => ownPod(namespace, pod)?.createdMs)
    // When what a collector counted before the first reading arrived is not known.
    for (const { kind, namespace, pod, count } of reading.isFirst ? [] : reading.telemetry) {
      const workload = isSignal(kind) ? ownPod(namespace, pod)?.workload : undefined
      if (workload) traffic.add(workload, count)
    }
    for (const { namespace, pod } of news) {
      const workload = caches.podOf(namespace, pod)?.workload
      if (workload) onNews(workload)
    }
  }

  return async (collector: NodeCollector): Promise<boolean> => {
    const result = await read(collector, { node: collector.nodeName }, (samples) => keep(collector, samples))
    if (result !== 'aborted') reads.inc({ result })
    return result === 'read'
  }
}

/** What arrived from pods, as the node collectors count it. */
export const createSeen = (options: SeenOptions) => {
  const { caches, config, signal, nowMs, intervalMs = INTERVAL_MS } = options
  const pods = createPodTelemetry()
  const readings = createCollectorReadings()
  const traffic = createTraffic(nowMs())
  const read = createRead(options, { pods, readings, traffic })

  const readAll = async (): Promise<void> => {
    const key = workloadKey(config.NAMESPACE, 'DaemonSet', NODE_COLLECTOR_NAME)
    const collectors = caches.podsOf(key).flatMap(collectorOf)
    let isComplete = true
    await readEach(collectors, CONCURRENCY, async (collector) => {
      if (!(await read(collector))) isComplete = false
    })
    readings.keep(new Set(collectors.map(({ uid }) => uid)))
    pods.prune((namespace, pod) => caches.podOf(namespace, pod) !== undefined)
    for (const news of traffic.close(nowMs(), isComplete)) options.onNews(news)
  }

  const seen: Seen = {
    traffic: traffic.of,
    podTelemetry: pods.get,
    watchedSinceMs: (nodeName) => readings.watchedSinceMs(nodeName, nowMs()),
    startedMs: nowMs(),
    silenceMs: config.SILENCE_SECONDS * 1000,
  }
  return {
    ...seen,
    /** Reads every collector once. */
    readAll,
    /** Until the signal is aborted. */
    run: (): Promise<void> => readEvery(intervalMs, signal, readAll),
  }
}
