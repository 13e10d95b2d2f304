/** What the API server refuses, as conditions of the InstrumentationConfig. */
import type { Condition, NewCondition } from '../../../api/conditions.ts'
import { findCondition } from '../../../api/conditions.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'

type Conditions = readonly Condition[] | undefined

const type = WORKLOAD_CONDITIONS.applied

export const failedCondition = (message: string): NewCondition => ({
  type,
  status: 'False',
  reason: 'ApplyFailed',
  message,
})

/**
 * `Applied` where nothing but a restart may be refused. It stays False until what was refused has been done, or need not
 * be done any more; without a refusal it is absent.
 */
export const appliedConditions = (
  before: Conditions,
  { isDue, refusal }: { isDue: boolean; refusal: string | undefined },
): NewCondition[] => {
  if (isDue) return refusal === undefined ? [] : [failedCondition(refusal)]
  const wasRefused = findCondition(before, type)?.status === 'False'
  return wasRefused ? [{ type, status: 'True', reason: 'UpToDate', message: '' }] : []
}

/** The condition of a pipeline that the API server refuses to the scheduler, which writes it and takes it back. */
export const refusedAssignment = (before: Conditions): Condition | undefined => {
  const condition = findCondition(before, WORKLOAD_CONDITIONS.pipelineAssigned)
  return condition?.reason === 'ApplyFailed' ? condition : undefined
}
