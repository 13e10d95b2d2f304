/** The objects and the status of one CollectorsGroup. */
import type { Condition } from '../../api/conditions.ts'
import { findCondition } from '../../api/conditions.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import { COLLECTORS_CONDITIONS } from '../../api/kinds/collectors-group.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { rfc3339 } from '../../api/time.ts'
import { isOwnStatus, mergeOwnConditions, statusObject } from '../accepted-status.ts'
import { actionId, subjectOf } from '../actions/action.ts'
import type { Failures } from '../actions/runner.ts'
import { summaryOf } from './acceptance.ts'
import type { Applied } from './act.ts'
import type { Deployment, DeploymentSurroundings } from './collectors/deployment.ts'
import { deploymentOf } from './collectors/deployment.ts'
import { servingCondition } from './collectors/lanes.ts'
import type { Rendered } from './collectors/render.ts'
import type { Configured, WorkloadView } from './group-status.ts'
import { groupConditions, replicasOf, scalingCondition } from './group-status.ts'
import type { CollectorPodView } from './delivery/collector-pod-view.ts'
import { handsOn } from './delivery/collector-pod-view.ts'
import { intactCondition } from './delivery/conditions.ts'
import type { HandOnView } from './delivery/hand-on/hand-on.ts'
import { handingOnCondition } from './delivery/hand-on/hand-on.ts'
import type { ApplyOwned, AutoscalerAction } from './owned/action.ts'
import { APPLIED_HASH_ANNOTATION, isConfigMapOf } from './owned/object.ts'
import type { OwnedView } from './owned/view.ts'
import { isWorkload } from './owned/view.ts'
import type { ScalingView } from './scaling/runner.ts'
import type { Gate } from './trial/gate.ts'
import { gateOf } from './trial/gate.ts'
import type { Trials } from './trial/memory.ts'
import type { Trial } from './trial/trial-pod.ts'

/** What a decision about a group needs in addition to the group and its configuration. */
export interface GroupSurroundings extends DeploymentSurroundings {
  trials: Trials
  /** Pods of all groups. */
  collectorPods: readonly CollectorPodView[]
  handOn: HandOnView
  scaling: ScalingView
  nowMs: number
  /** Everything with our label that can belong to a group, by the id of the action that applies it. */
  owned: ReadonlyMap<string, OwnedView>
  /** What was applied last, by the id of the action. */
  applied: ReadonlyMap<string, Applied>
  /** Actions that are being refused. */
  failures: Failures
}

/** Interval at which everything is applied again, which writes nothing where nothing differs. */
export const RESYNC_MS = 600_000

/** Whether an object is unchanged since it was applied, and is the desired one; otherwise it is applied again. */
const isInPlace = (object: KubeObject, { owned, applied, nowMs }: GroupSurroundings): boolean => {
  const id = actionId('apply', object)
  const found = owned.get(id)
  const last = applied.get(id)
  return (
    found !== undefined &&
    last !== undefined &&
    !found.isDeleting &&
    found.contentHash === last.contentHash &&
    last.appliedHash === object.metadata.annotations?.[APPLIED_HASH_ANNOTATION] &&
    nowMs - last.atMs < RESYNC_MS
  )
}

const applyActions = (
  group: CollectorsGroup,
  objects: readonly KubeObject[],
  around: GroupSurroundings,
): ApplyOwned[] => {
  const configMap = objects.find(({ kind }) => kind === 'ConfigMap')
  const statefulSet = objects.find(({ kind }) => kind === 'StatefulSet')
  const current = statefulSet && around.owned.get(actionId('apply', statefulSet))
  const replicas = current?.workload?.desired ?? group.status?.desiredReplicas
  return objects
    .filter((object) => !isInPlace(object, around))
    .map((object) => ({
      do: 'apply',
      object,
      about: subjectOf(group),
      // A pod whose ConfigMap is missing does not start.
      ...(isWorkload(object) && configMap ? { requires: actionId('apply', configMap) } : {}),
      ...(object === statefulSet && replicas ? { replicas } : {}),
    }))
}

const ownedWorkload = (group: CollectorsGroup, { owned }: GroupSurroundings): OwnedView | undefined =>
  [...owned.values()].find((view) => isWorkload(view) && view.metadata.name === group.metadata.name)

const workloadOf = (group: CollectorsGroup, around: GroupSurroundings): WorkloadView | undefined =>
  ownedWorkload(group, around)?.workload

/** How many pods of a gateway there are to be, as far as is known. */
export const desiredReplicas = (group: CollectorsGroup, around: GroupSurroundings): number =>
  workloadOf(group, around)?.desired ?? group.status?.desiredReplicas ?? group.spec.replicas?.min ?? 1

/** A configuration that is not known to start does not reach the collectors; all else of the group is kept as it is to be. */
const behindGate = (deployment: Deployment, { closed }: Gate): Deployment =>
  closed
    ? {
        configured: closed,
        objects: deployment.objects.filter((each) => each.kind !== 'ConfigMap' && !isWorkload(each)),
      }
    : deployment

const isBlindOf = (name: string, { owned }: GroupSurroundings): boolean =>
  [...owned.values()].some((view) => view.isBlind === true && view.metadata.name === name)

/** The desired status of the group. */
const statusOf = (
  group: CollectorsGroup,
  { configured, objects }: Deployment,
  around: GroupSurroundings,
): NonNullable<CollectorsGroup['status']> & { conditions: Condition[] } => {
  const { name, generation } = group.metadata
  const workload = workloadOf(group, around)
  const failures = objects.flatMap((object) => around.failures.get(actionId('apply', object)) ?? [])
  const pods = around.collectorPods.filter((pod) => pod.group === name)
  const serving = servingCondition(group, {
    // What was never deployed has no queues.
    empty: workload ? around.queues.empty : new Set([name]),
    nowMs: around.nowMs,
  })
  const scaling = group.spec.replicas && workload ? scalingCondition(isBlindOf(name, around)) : undefined
  const handingOn = handsOn({ group: name }) && workload ? handingOnCondition(name, around.handOn) : undefined
  const queues = intactCondition(pods)
  const conditions = groupConditions(group, { configured, workload, failures, queues, serving, handingOn, scaling })
  const configHashNow = 'hash' in configured ? configured.hash : group.status?.configHash
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...summaryOf(group.spec.signals),
    ...(configHashNow === undefined ? {} : { configHash: configHashNow }),
    ...replicasOf(group, workload),
    conditions: mergeOwnConditions(group, conditions, rfc3339(around.nowMs)),
  }
}

/** Where nobody else can. */
const scaleActions = (group: CollectorsGroup, around: GroupSurroundings): AutoscalerAction[] => {
  const wanted = around.scaling.get(group.metadata.name)
  const workload = ownedWorkload(group, around)
  if (!wanted || !workload?.workload || wanted.contentHash !== workload.contentHash) return []
  const object = subjectOf(workload)
  const scale: AutoscalerAction = { do: 'scale', object, replicas: wanted.replicas, about: subjectOf(group) }
  const message = `from ${workload.workload.desired} to ${wanted.replicas}: ${wanted.message}`
  return [
    scale,
    {
      do: 'event',
      about: subjectOf(group),
      type: 'Normal',
      reason: 'ScaledByCollectors',
      message,
      requires: actionId('scale', object),
    },
  ]
}

/** Former configurations, as soon as no pod needs them. */
const deleteActions = (
  group: CollectorsGroup,
  configMap: string | undefined,
  around: GroupSurroundings,
): AutoscalerAction[] =>
  [...around.owned.values()]
    .filter(
      ({ kind, metadata: { name } }) =>
        kind === 'ConfigMap' && isConfigMapOf(group.metadata.name, name) && name !== configMap,
    )
    .map((view) => ({ do: 'delete', object: subjectOf(view), about: subjectOf(group) }))

/** What must change of a group, and the trial that this needs first. */
export const groupPlan = (
  group: CollectorsGroup,
  rendered: Rendered,
  around: GroupSurroundings,
): { actions: AutoscalerAction[]; configured: Configured; isRolledOut: boolean; trial?: Trial | undefined } => {
  const desired = deploymentOf(group, rendered, around)
  const gate = gateOf(desired.objects, workloadOf(group, around), around)
  const deployment = behindGate(desired, gate)
  const { configured, objects, configMap } = deployment
  const status = statusOf(group, deployment, around)
  const isReady = findCondition(status.conditions, COLLECTORS_CONDITIONS.ready)?.status === 'True'
  const actions: AutoscalerAction[] = [
    ...applyActions(group, objects, around),
    ...(isReady && configMap ? deleteActions(group, configMap, around) : []),
    ...scaleActions(group, around),
    ...(isOwnStatus(group, status) ? [] : [{ do: 'status' as const, object: statusObject(group, status) }]),
  ]
  return { actions, configured, isRolledOut: isReady && configMap !== undefined, trial: gate.trial }
}
