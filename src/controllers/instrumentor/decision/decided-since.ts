import type { Condition } from '../../../api/conditions.ts'
import { findCondition } from '../../../api/conditions.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'

/**
 * Since when the webhook would add an agent to each new pod (RFC 3339): all containers were decided, and there was a
 * pipeline. Undefined where that is not so yet.
 */
export const decidedSince = (conditions: readonly Condition[] | undefined): string | undefined => {
  const since = [WORKLOAD_CONDITIONS.detected, WORKLOAD_CONDITIONS.pipelineAssigned].map((type) => {
    const condition = findCondition(conditions, type)
    return condition?.status === 'True' ? condition.lastTransitionTime : undefined
  })
  return since.reduce((a, b) => (a === undefined || b === undefined ? undefined : a > b ? a : b))
}
