/** Reads the queues of all collectors that hand on to gateways, again and again, and tells when that is news. */
import { isDeepStrictEqual } from 'node:util'
import type { KubeClient } from '../../../../kube/types.ts'
import type { Metrics } from '../../../../process/metrics.ts'
import { gauge } from '../../../../process/metrics.ts'
import type { ReadingOptions } from '../../../../prometheus/collectors.ts'
import { createReader, readEach, readEvery } from '../../../../prometheus/collectors.ts'
import type { CollectorPodView } from '../collector-pod-view.ts'
import { createLogs } from '../flow/logs.ts'
import { queueReadings } from '../queue-metrics.ts'
import type { HandOnView, Stuck } from './hand-on.ts'
import { createHandOn } from './hand-on.ts'

export interface HandOnOptions extends ReadingOptions {
  /** Pods of collectors that hand on. */
  pods: () => readonly CollectorPodView[]
  client: Pick<KubeClient, 'request'>
  metrics: Metrics
}

/** There are as many as nodes. */
const INTERVAL_MS = 30_000
const CONCURRENCY = 8

/** One of each group says why; what it said before stays until it says something else. */
const createWords = (options: HandOnOptions) => {
  const logs = createLogs(options)
  let last: ReadonlyMap<string, string> = new Map()
  const wordsOf = async (pod: CollectorPodView): Promise<string | undefined> =>
    (await logs.read(pod, true)).at(-1)?.words
  return async (stuck: readonly Stuck[], pods: readonly CollectorPodView[]): Promise<ReadonlyMap<string, string>> => {
    logs.keep(new Set(pods.map(({ metadata }) => metadata.uid)))
    const words = new Map<string, string>()
    for (const group of new Set(stuck.map((each) => each.group))) {
      const name = stuck.find((each) => each.group === group)?.pod
      const pod = pods.find(({ metadata }) => metadata.name === name)
      const said = (pod && (await wordsOf(pod))) ?? last.get(group)
      if (said !== undefined) words.set(group, said)
    }
    last = words
    return words
  }
}

export const createHandOnRunner = (options: HandOnOptions) => {
  const { signal, nowMs, onNews, intervalMs = INTERVAL_MS } = options
  const handOn = createHandOn()
  const wordsOf = createWords(options)
  const read = createReader(options, 'the metrics of a node collector could not be read')
  const count = gauge(options.metrics, {
    name: 'odigos_collectors_not_handing_on',
    help: 'Collectors of nodes and of the cluster from which no gateway takes what waits, for a minute or longer.',
  })
  let view: HandOnView = { stuck: [], words: new Map() }

  const readOne = async (pod: CollectorPodView): Promise<void> => {
    const { metadata, address } = pod
    if (address === undefined) return
    await read({ uid: metadata.uid, address }, { pod: metadata.name }, (samples) =>
      handOn.read(pod, queueReadings(samples), nowMs()),
    )
  }

  const readAll = async (): Promise<void> => {
    const pods = options.pods()
    handOn.keep(new Set(pods.map(({ metadata }) => metadata.uid)))
    await readEach(pods, CONCURRENCY, readOne)
    const stuck = handOn.stuck(nowMs())
    const next = { stuck, words: await wordsOf(stuck, pods) }
    if (signal.aborted) return
    count.set(stuck.length)
    const isNews = !isDeepStrictEqual(next, view)
    view = next
    if (isNews) onNews()
  }

  return {
    view: (): HandOnView => view,
    readAll,
    /** Until the signal is aborted. */
    run: (): Promise<void> => readEvery(intervalMs, signal, readAll),
  }
}
