import { isDeepStrictEqual } from 'node:util'
import { ODIGOS_CONFIG_NAME } from '../../api/names.ts'
import type { SettingsView } from '../../api/settings.ts'
import type { ReconcileResult, WorkQueue } from '../../kube/types.ts'
import { createKeyQueue } from '../../kube/work/queue.ts'
import type { Action } from '../actions/action.ts'
import { stepOf } from '../actions/action.ts'
import { createActionRunner } from '../actions/runner.ts'
import type { ControllerContext, ControllerParts } from '../run-controller.ts'
import { createAct } from './act.ts'
import type { Caches } from './caches.ts'
import { createCaches } from './caches.ts'
import type { Observed } from './desired-groups.ts'
import { desiredSignals } from './desired-groups.ts'
import { infrastructureStatus } from './infrastructure.ts'
import type { Assignable, AssignedWorkload } from './reconcile.ts'
import { assignable, assignmentId, pipelineOf, reconcileCollectors, reconcileWorkload } from './reconcile.ts'
import { createChooser } from './chooser.ts'
import { dedicatedMembers } from './traffic/groups.ts'

/** The key of all CollectorsGroups; every other key is the `namespace/name` of an InstrumentationConfig. */
const COLLECTORS = 'collectors'
/** Thousands of workloads can change together, and collectors depend only on whether the last one has let go. */
const LAST_WORKLOAD_DELAY_MS = 500
/** Workloads that are assigned at the same time. */
const CONCURRENCY = 5

export interface SchedulerOptions extends ControllerContext {
  /** Only tests give others. */
  retryMs?: { min: number; max: number }
}

const keyOf = ({ namespace, name }: AssignedWorkload): string => `${namespace}/${name}`

interface Gathered extends Observed {
  /** The OdigosConfig itself. */
  settings: SettingsView | undefined
}

const createGather = (caches: Caches, namespace: string) => (): Gathered => ({
  namespace,
  config: caches.settings.read(),
  settings: caches.informers.configs.get(namespace, ODIGOS_CONFIG_NAME),
  destinations: caches.informers.destinations.list(),
  groups: caches.informers.groups.list(),
})

const decideCollectors = (
  observed: Gathered,
  { nowMs, ...wanted }: Parameters<typeof reconcileCollectors>[1] & { nowMs: number },
): Action[] => [
  ...reconcileCollectors(observed, wanted),
  ...infrastructureStatus(observed.settings, desiredSignals(observed), nowMs),
]

/** The keys of workloads that are not assigned as they are to be. */
const enqueueUnassigned = (next: Assignable, workloads: readonly AssignedWorkload[], queue: WorkQueue): void => {
  for (const workload of workloads)
    if (!isDeepStrictEqual(workload.pipeline, pipelineOf(workload, next))) queue.add(keyOf(workload))
}

const sooner = (result: ReconcileResult, nextMs: number | undefined, nowMs: number): ReconcileResult =>
  nextMs === undefined ? result : { againMs: Math.min(result?.againMs ?? Infinity, nextMs - nowMs) }

/** Keeps the CollectorsGroups and the pipelines of all workloads as the Destinations demand. */
export const createScheduler = (options: SchedulerOptions): ControllerParts => {
  const { log, namespace } = options
  const queue = createKeyQueue()
  const runner = createActionRunner({ ...options, controller: 'scheduler', act: createAct(options), stepOf })
  const caches = createCaches({
    ...options,
    onCollectors: () => queue.add(COLLECTORS),
    onWorkload: (workload, change) => {
      if (change === 'removed') runner.forget(keyOf(workload))
      else queue.add(keyOf(workload))
      queue.add(COLLECTORS, LAST_WORKLOAD_DELAY_MS)
    },
    onError: (error) => log.warn({ err: error }, 'watch failed'),
  })
  const gather = createGather(caches, namespace)
  const workloads = (): AssignedWorkload[] => caches.informers.workloads.list().map(({ workload }) => workload)
  const isRefused = (workload: AssignedWorkload): boolean =>
    runner.failures(keyOf(workload)).has(assignmentId(workload))
  const choose = createChooser()
  let assigned: Assignable | undefined

  const reconcileAllCollectors = async (): Promise<ReconcileResult> => {
    const observed = gather()
    const all = workloads()
    const next = assignable(observed)
    if (next && !isDeepStrictEqual(next, assigned)) enqueueUnassigned(next, all, queue)
    assigned = next
    const nowMs = options.nowMs()
    const chosen = choose(all, dedicatedMembers(observed.groups), { config: observed.config, nowMs })
    const senders = all.filter((workload) => workload.pipeline && !isRefused(workload)).length
    const actions = decideCollectors(observed, { senders, dedicated: chosen.workloads, nowMs })
    return sooner(await runner.run(COLLECTORS, actions), chosen.nextMs, nowMs)
  }

  /** One that is refused does not hold the collectors back. */
  const reconcileOne = async (key: string): Promise<ReconcileResult> => {
    const [where, name = ''] = key.split('/')
    const workload = caches.informers.workloads.get(where, name)?.workload
    if (!workload) return undefined
    const [next, failures] = [assignable(gather()), runner.failures(key)]
    const result = await runner.run(key, reconcileWorkload({ next, nowMs: options.nowMs(), workload, failures }))
    if (isRefused(workload)) queue.add(COLLECTORS, LAST_WORKLOAD_DELAY_MS)
    return result
  }

  return {
    name: 'scheduler',
    queue,
    informers: caches.informers,
    concurrency: CONCURRENCY,
    firstKeys: () => [COLLECTORS, ...workloads().map(keyOf)],
    reconcile: (key) => (key === COLLECTORS ? reconcileAllCollectors() : reconcileOne(key)),
  }
}
