import type { Action } from '../../api/kinds/action.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import { GATEWAY_NAME } from '../../api/names.ts'
import type { Accountable } from '../accepted-status.ts'
import { assessDestinations, wrongNamespaceActions } from './acceptance.ts'
import { actionActions, assessAction } from './actions/acceptance.ts'
import { gatewayDisk } from './collectors/collector-settings.ts'
import { formerShards } from './collectors/former-shards.ts'
import { refuseWithoutShards } from './collectors/shard-room.ts'
import { refuseWithoutTakers } from './collectors/span-metrics-takers.ts'
import type { DryRunView } from './dry-run/counts.ts'
import type { DeliveryViews } from './delivery/destination-actions.ts'
import { destinationActions } from './delivery/destination-actions.ts'
import { laneTargets } from './collectors/lanes.ts'
import type { GroupSurroundings } from './group.ts'
import { desiredReplicas, groupPlan } from './group.ts'
import { isCurrentForm } from './group-status.ts'
import type { Rendered } from './collectors/render.ts'
import { renderCluster, renderGateway, renderNode } from './collectors/render.ts'
import type { AutoscalerAction } from './owned/action.ts'
import type { Selectable } from './selection.ts'
import { trialActions } from './trial/gate.ts'
import type { Assessed } from './trial/leave-out.ts'
import { inputOf, leaveOut } from './trial/leave-out.ts'
import { markUntried } from './trial/untried.ts'

/** Objects of users are those of all namespaces. */
export interface Observed extends GroupSurroundings, DeliveryViews {
  /** Namespace of Odigos, in which objects count. */
  namespace: string
  groups: readonly CollectorsGroup[]
  destinations: readonly Destination[]
  actions: readonly Action[]
  /** What Actions and Destinations can select. */
  selectable: Selectable
  /** What was counted of Actions in mode DryRun, by name. */
  dryRuns: DryRunView
  /** Hosts that Destinations may send to; absent where all are allowed. */
  allowedHosts?: readonly string[] | undefined
}

/** Destinations and Actions as they are judged before any trial. */
const assess = (observed: Observed, counts: (object: Accountable) => boolean): Assessed => {
  const { secrets, allowedHosts, selectable } = observed
  const disk = gatewayDisk(observed.settings)
  const destinations = assessDestinations(observed.destinations.filter(counts), {
    secrets,
    disk,
    selectable,
    allowedHosts,
  })
  const actions = observed.actions.filter(counts).map((action) => assessAction(action, selectable))
  return {
    destinations,
    actions: refuseWithoutTakers(refuseWithoutShards(actions, destinations, disk), destinations),
  }
}

/** What must change so that each group runs collectors for the accepted Destinations and Actions. */
export const reconcile = (observed: Observed): AutoscalerAction[] => {
  const { namespace, nowMs } = observed
  const counts = ({ metadata }: Accountable): boolean => metadata.namespace === namespace
  // The scheduler migrates a group that an earlier version wrote; until then its objects stay unchanged.
  const groups = observed.groups.filter(isCurrentForm)
  const own = groups.filter(counts)
  const gateway = own.find(({ metadata }) => metadata.name === GATEWAY_NAME)
  const { trial, ...kept } = leaveOut(gateway, assess(observed, counts), observed)
  const lanes = laneTargets(own)
  const { settings } = observed
  const gathering = { settings, workloads: observed.selectable.workloads }
  const render = (group: CollectorsGroup): Rendered => {
    if (group.spec.role === 'Node') return renderNode(group, lanes, gathering)
    if (group.spec.role === 'Cluster') return renderCluster(group, gathering)
    const replicas = desiredReplicas(group, observed)
    return renderGateway(group, {
      settings,
      assessed: kept.destinations,
      actions: kept.actions.flatMap(inputOf),
      replicas,
    })
  }
  const plans = own.map((group) => {
    const rendered = render(group)
    return { group, rendered, ...groupPlan(group, rendered, observed) }
  })
  const { destinations, actions } = markUntried(kept, plans.find(({ group }) => group === gateway)?.configured)
  const wanted = [...plans, { group: gateway, trial }].flatMap((each) =>
    each.group && each.trial ? [{ group: each.group, trial: each.trial }] : [],
  )
  return [
    ...[...observed.destinations, ...observed.actions, ...groups].flatMap((object) =>
      wrongNamespaceActions(object, namespace, nowMs),
    ),
    ...destinations.filter(({ isHeld }) => !isHeld).flatMap((each) => destinationActions(each, observed, nowMs)),
    ...actions
      .filter(({ isHeld }) => !isHeld)
      .flatMap((each) => actionActions(each, nowMs, observed.dryRuns.get(each.action.metadata.name))),
    ...plans.flatMap((plan) => plan.actions),
    ...formerShards(plans, observed.owned),
    ...trialActions(wanted, observed.trials, nowMs),
  ]
}
