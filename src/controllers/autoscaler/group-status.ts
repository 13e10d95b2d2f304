import type { NewCondition } from '../../api/conditions.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import { COLLECTORS_CONDITIONS, collectorsGroupSpec } from '../../api/kinds/collectors-group.ts'
import type { Reason } from '../../api/reasons.ts'
import { acceptedCondition } from '../accepted-status.ts'

/** Whether a group has the form of this version, which the scheduler writes. */
export const isCurrentForm = ({ spec }: CollectorsGroup): boolean => collectorsGroupSpec.safeParse(spec).success

/** What is observed of the DaemonSet or StatefulSet of a group. */
export interface WorkloadView {
  /** Hash of what was applied last. */
  appliedHash: string | undefined
  /** Whether its controller has seen the current spec. */
  isObserved: boolean
  desired: number
  /** Pods of the current template. */
  updated: number
  ready: number
}

/** Why the collectors of a group do not get a configuration. */
export interface Unconfigured {
  reason: Extract<Reason, 'WaitingForDestination' | 'ConfigurationRejected' | 'BeingTried' | 'TrialNotRun'>
  message: string
}

/** The configuration of a group: its hash, or why there is none. */
export type Configured = { hash: string; workloadHash: string; message: string } | Unconfigured

/** What the conditions of a group are derived from. */
export interface GroupView {
  configured: Configured
  workload: WorkloadView | undefined
  /** Messages of the API server about objects of the group that it refuses. */
  failures: readonly string[]
  /** Whether its queues were in order. */
  queues: NewCondition
  /** Of collectors for single workloads. */
  serving?: NewCondition | undefined
  /** Of collectors that hand on to gateways. */
  handingOn?: NewCondition | undefined
  /** Of gateways. */
  scaling?: NewCondition | undefined
}

const configuredCondition = (configured: Configured): NewCondition => ({
  type: COLLECTORS_CONDITIONS.configured,
  ...('hash' in configured
    ? { status: 'True', reason: 'Valid', message: configured.message }
    : { status: 'False', reason: configured.reason, message: configured.message }),
})

const isRolledOut = (workload: WorkloadView, desiredHash: string | undefined): boolean =>
  workload.isObserved &&
  (desiredHash === undefined || workload.appliedHash === desiredHash) &&
  workload.updated >= workload.desired

const readyCondition = ({ workload, failures }: GroupView, desiredHash: string | undefined): NewCondition => {
  const type = COLLECTORS_CONDITIONS.ready
  if (failures.length > 0) return { type, status: 'False', reason: 'ApplyFailed', message: failures.join('; ') }
  if (!workload)
    return { type, status: 'False', reason: 'CollectorsNotReady', message: 'no collector has been deployed yet' }
  const message = `${workload.ready} of ${workload.desired} collectors are ready`
  if (!isRolledOut(workload, desiredHash))
    return { type, status: 'False', reason: 'RollingOut', message: `${message}, ${workload.updated} are up to date` }
  const isReady = workload.desired > 0 && workload.ready >= workload.desired
  return { type, status: isReady ? 'True' : 'False', reason: isReady ? 'Deployed' : 'CollectorsNotReady', message }
}

/** By whom the number of collectors is decided. */
export const scalingCondition = (isBlind: boolean): NewCondition => ({
  type: COLLECTORS_CONDITIONS.scaling,
  status: 'True',
  ...(isBlind
    ? {
        reason: 'ScaledByCollectors',
        message: 'the HorizontalPodAutoscaler gets no metrics, so the figures of the collectors decide',
      }
    : { reason: 'ScaledByMetrics', message: 'the HorizontalPodAutoscaler decides' }),
})

/** Replicas as seen; the desired number of a StatefulSet that is gone is kept, for its new creation. */
export const replicasOf = (group: CollectorsGroup, workload: WorkloadView | undefined) => ({
  readyReplicas: workload?.ready ?? 0,
  desiredReplicas: workload?.desired ?? group.status?.desiredReplicas ?? 0,
})

/** The conditions of a CollectorsGroup of the form of this version. */
export const groupConditions = (group: CollectorsGroup, view: GroupView): NewCondition[] => {
  const { generation } = group.metadata
  const { configured } = view
  const desiredHash = 'hash' in configured ? configured.workloadHash : undefined
  const ofRole = [view.serving, view.handingOn, view.scaling].filter((condition) => condition !== undefined)
  const conditions = [configuredCondition(configured), readyCondition(view, desiredHash), view.queues, ...ofRole].map(
    (condition) => ({
      ...condition,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
    }),
  )
  return [acceptedCondition(group, undefined), ...conditions]
}
