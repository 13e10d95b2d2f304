import type { Action } from '../../api/kinds/action.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import type { ActionInput } from '../../collector/actions.ts'
import type { Accountable } from '../accepted-status.ts'
import type { AssessedAction } from './acceptance.ts'
import {
  actionActions,
  assessAction,
  assessDestinations,
  destinationActions,
  isCurrentForm,
  wrongNamespaceActions,
} from './acceptance.ts'
import type { GroupSurroundings } from './group.ts'
import { groupActions, renderGateway, renderNode } from './group.ts'
import type { AutoscalerAction } from './owned/action.ts'
import type { Selectable } from './selection.ts'

/** Objects of users are those of all namespaces. */
export interface Observed extends GroupSurroundings {
  /** Namespace of Odigos, in which objects count. */
  namespace: string
  groups: readonly CollectorsGroup[]
  destinations: readonly Destination[]
  actions: readonly Action[]
  /** What Actions can select. */
  selectable: Selectable
}

const inputOf = ({ action, selected }: AssessedAction): ActionInput[] =>
  selected ? [{ metadata: action.metadata, spec: action.spec, selected }] : []

/** What must change so that each group runs collectors for the accepted Destinations and Actions. */
export const reconcile = (observed: Observed): AutoscalerAction[] => {
  const { namespace, nowMs, secrets } = observed
  const counts = ({ metadata }: Accountable): boolean => metadata.namespace === namespace
  // The scheduler migrates a group that an earlier version wrote; until then its objects stay unchanged.
  const groups = observed.groups.filter(isCurrentForm)
  const assessedDestinations = assessDestinations(observed.destinations.filter(counts), secrets)
  const assessedActions = observed.actions.filter(counts).map((action) => assessAction(action, observed.selectable))
  const actions = assessedActions.flatMap(inputOf)
  return [
    ...[...observed.destinations, ...observed.actions, ...groups].flatMap((object) =>
      wrongNamespaceActions(object, namespace, nowMs),
    ),
    ...assessedDestinations.flatMap((each) => destinationActions(each, nowMs)),
    ...assessedActions.flatMap((each) => actionActions(each, nowMs)),
    ...groups.filter(counts).flatMap((group) => {
      const rendered =
        group.spec.role === 'Node' ? renderNode(group) : renderGateway(group, assessedDestinations, actions)
      return groupActions(group, rendered, observed)
    }),
  ]
}
