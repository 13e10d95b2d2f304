/** Reads what gateways count of Actions in mode DryRun, while there are any, and publishes it once a minute. */
import { isDeepStrictEqual } from 'node:util'
import type { Action } from '../../../api/kinds/action.ts'
import type { ReadingOptions } from '../../../prometheus/collectors.ts'
import { createReader, readEvery } from '../../../prometheus/collectors.ts'
import type { CollectorPodView } from '../delivery/collector-pod-view.ts'
import type { DryRunView } from './counts.ts'
import { createDryRunCounts, isTried } from './counts.ts'

export interface DryRunOptions extends ReadingOptions {
  /** Pods of gateways. */
  pods: () => readonly CollectorPodView[]
  /** Those that count. */
  actions: () => readonly Action[]
}

const INTERVAL_MS = 15_000
/** The status of an Action is written no more often. */
const PUBLISH_MS = 60_000

export const createDryRunRunner = (options: DryRunOptions) => {
  const { signal, nowMs, onNews, intervalMs = INTERVAL_MS } = options
  const counts = createDryRunCounts()
  const read = createReader(options, 'the counts of a gateway could not be read')
  let view: DryRunView = new Map()
  let publishedMs = -Infinity

  const readOne = async ({ metadata: { uid, name }, seenAddress }: CollectorPodView): Promise<void> => {
    if (seenAddress === undefined) return
    await read({ uid, address: seenAddress }, { pod: name }, (samples) => counts.read(uid, samples))
  }

  /** Other Actions than before are news at once, figures once a minute. */
  const publish = (next: DryRunView): void => {
    const isSameSet = isDeepStrictEqual([...next.keys()], [...view.keys()])
    if (isSameSet && nowMs() - publishedMs < PUBLISH_MS) return
    const isNews = !isDeepStrictEqual(next, view)
    publishedMs = nowMs()
    view = next
    if (isNews) onNews()
  }

  const readAll = async (): Promise<void> => {
    const actions = options.actions().filter(isTried)
    const pods = options.pods()
    counts.list(actions, new Set(pods.map(({ metadata }) => metadata.uid)), nowMs())
    if (actions.length > 0) await Promise.all(pods.map(readOne))
    if (!signal.aborted) publish(counts.view(actions))
  }

  return {
    view: (): DryRunView => view,
    readAll,
    /** Until the signal is aborted. */
    run: (): Promise<void> => readEvery(intervalMs, signal, readAll),
  }
}
