import { isDeepStrictEqual } from 'node:util'
import type { Condition } from '../../../api/conditions.ts'
import { findCondition, mergeConditions } from '../../../api/conditions.ts'
import type { InstrumentationConfigStatus } from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import { rfc3339 } from '../../../api/time.ts'
import type { Observed } from '../observed.ts'

/**
 * The status that reports, over the one before, that the API server refused an object; `undefined` where that is
 * reported already.
 */
export const failedStatus = (
  { config, nowMs }: Pick<Observed, 'config' | 'nowMs'>,
  before: InstrumentationConfigStatus,
  message: string,
): InstrumentationConfigStatus | undefined => {
  const failed = { type: WORKLOAD_CONDITIONS.applied, status: 'False', reason: 'ApplyFailed', message } as const
  const conditions = mergeConditions(before.conditions ?? [], [failed], rfc3339(nowMs))
  return isDeepStrictEqual(conditions, config?.status?.conditions) ? undefined : { ...before, conditions }
}

/** The condition of a pipeline that the API server refuses to the scheduler: the scheduler reports it, and takes it back. */
export const refusedAssignment = (
  status: InstrumentationConfigStatus | undefined,
  { type }: Pick<Condition, 'type'>,
): Condition | undefined => {
  const before = type === WORKLOAD_CONDITIONS.pipelineAssigned ? findCondition(status?.conditions, type) : undefined
  return before?.reason === 'ApplyFailed' ? before : undefined
}
