/** Scales gateways by their own figures, while the HorizontalPodAutoscaler of their group has no metrics. */
import { isDeepStrictEqual } from 'node:util'
import type { CollectorsGroup } from '../../../api/kinds/collectors-group.ts'
import { parseQuantity } from '../../../api/types/quantity.ts'
import type { ReadingOptions } from '../../../prometheus/collectors.ts'
import { createReader, readEvery } from '../../../prometheus/collectors.ts'
import type { CollectorPodView } from '../delivery/collector-pod-view.ts'
import type { WorkloadView } from '../group-status.ts'
import type { OwnedView } from '../owned/view.ts'
import type { Decision } from './decide.ts'
import { decideScale } from './decide.ts'
import { createUsage, loadOf } from './usage.ts'

/** A number of collectors that differs from the present one, and why. */
export interface Wanted {
  /** Of the workload as it was when this was decided: once somebody has changed it, the decision is out of date. */
  contentHash: string
  replicas: number
  message: string
}

/** By name of the group. */
export type ScalingView = ReadonlyMap<string, Wanted>

export interface ScalingOptions extends ReadingOptions {
  /** Pods of gateways. */
  pods: () => readonly CollectorPodView[]
  /** Those with replicas that may differ. */
  groups: () => readonly CollectorsGroup[]
  workload: (group: string) => OwnedView | undefined
  /** Whether the HorizontalPodAutoscaler of the group says that it cannot get metrics. */
  isBlind: (group: string) => boolean
  /** Groups whose queues have been empty for some time. */
  drained: () => ReadonlySet<string>
}

const INTERVAL_MS = 15_000

/** Since when fewer collectors of a group would do. */
type LowSince = Map<string, number>

const numberOf = (quantity: unknown): number => parseQuantity(quantity) ?? 0

/** What is wanted of one group. */
const createWant = (options: ScalingOptions, usage: ReturnType<typeof createUsage>, lowSince: LowSince) => {
  const decide = ({ metadata: { name }, spec }: CollectorsGroup, workload: WorkloadView | undefined): Decision => {
    const { requests = {} } = spec.resources
    if (!workload || !spec.replicas) return { message: '' }
    return decideScale({
      ...spec.replicas,
      desired: workload.desired,
      ready: workload.ready,
      requests: { cpuCores: numberOf(requests.cpu), memoryBytes: numberOf(requests.memory) },
      usage: usage.of(name),
      isDrained: options.drained().has(name),
      lowSinceMs: lowSince.get(name),
      nowMs: options.nowMs(),
    })
  }

  const wantedOf = (group: CollectorsGroup): [string, Wanted][] => {
    const { name } = group.metadata
    const { contentHash = '', workload } = options.workload(name) ?? {}
    const { replicas, message, lowSinceMs } = decide(group, workload)
    if (lowSinceMs === undefined) lowSince.delete(name)
    else lowSince.set(name, lowSinceMs)
    return replicas === undefined ? [] : [[name, { contentHash, replicas, message }]]
  }
  return wantedOf
}

export const createScalingRunner = (options: ScalingOptions) => {
  const { signal, nowMs, onNews, intervalMs = INTERVAL_MS } = options
  const usage = createUsage()
  const read = createReader(options, 'the load of a gateway could not be read')
  const lowSince: LowSince = new Map()
  const wantedOf = createWant(options, usage, lowSince)
  let view: ScalingView = new Map()

  const readOne = async ({ metadata: { uid, name }, group, address }: CollectorPodView): Promise<void> => {
    if (address === undefined) return
    await read({ uid, address }, { pod: name }, (samples) => {
      const load = loadOf(samples)
      if (load) usage.read({ uid, group }, load, nowMs())
    })
  }

  const readAll = async (): Promise<void> => {
    const blind = options.groups().filter(({ metadata }) => options.isBlind(metadata.name))
    const names = new Set(blind.map(({ metadata }) => metadata.name))
    const pods = options.pods().filter(({ group }) => names.has(group))
    usage.keep(new Set(pods.map(({ metadata }) => metadata.uid)))
    for (const name of lowSince.keys()) if (!names.has(name)) lowSince.delete(name)
    await Promise.all(pods.map(readOne))
    if (signal.aborted) return
    const next: ScalingView = new Map(blind.flatMap(wantedOf))
    const isNews = !isDeepStrictEqual(next, view)
    view = next
    if (isNews) onNews()
  }

  return {
    view: (): ScalingView => view,
    readAll,
    /** Until the signal is aborted. */
    run: (): Promise<void> => readEvery(intervalMs, signal, readAll),
  }
}
