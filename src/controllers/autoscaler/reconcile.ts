import type { Action } from '../../api/kinds/action.ts'
import type { CollectorsGroup } from '../../api/kinds/collectors-group.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import { acceptanceActions, assessAction, assessDestinations } from './acceptance.ts'
import type { GroupSurroundings } from './group.ts'
import { groupActions, renderGateway, renderNode } from './group.ts'
import type { AutoscalerAction } from './owned/action.ts'

export interface Observed extends GroupSurroundings {
  groups: readonly CollectorsGroup[]
  destinations: readonly Destination[]
  actions: readonly Action[]
}

/** What must change so that each group runs collectors for the Destinations and Actions that can be used. */
export const reconcile = (observed: Observed): AutoscalerAction[] => {
  const { nowMs, groups } = observed
  const assessed = assessDestinations(observed.destinations, observed.secrets)
  const judged = observed.actions.map((action) => ({ action, condition: assessAction(action) }))
  const actions = judged.filter(({ condition }) => condition.status === 'True').map(({ action }) => action)
  return [
    ...assessed.flatMap(({ destination, condition }) => acceptanceActions(destination, condition, nowMs)),
    ...judged.flatMap(({ action, condition }) => acceptanceActions(action, condition, nowMs)),
    ...groups.flatMap((group) => {
      const rendered = group.spec.role === 'node' ? renderNode(group) : renderGateway(group, assessed, actions)
      return groupActions(group, rendered, observed)
    }),
  ]
}
