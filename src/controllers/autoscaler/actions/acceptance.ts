/** Whether Actions are accepted, and what is written about it. Pure. */
import type { z } from 'zod'
import type { NewCondition } from '../../../api/conditions.ts'
import type { DryRun } from '../../../api/actions/dry-run.ts'
import type { Action } from '../../../api/kinds/action.ts'
import { actionSignals, actionSpec } from '../../../api/kinds/action.ts'
import { describeIssues } from '../../../api/types/issues.ts'
import { actionProblem } from '../../../collector/actions/action-problem.ts'
import type { Selected } from '../../../collector/ottl.ts'
import type { Refusal } from '../../accepted-status.ts'
import { acceptedCondition } from '../../accepted-status.ts'
import { acceptanceActions, summaryOf } from '../acceptance.ts'
import type { AutoscalerAction } from '../owned/action.ts'
import type { Selectable } from '../selection.ts'
import { describeSelected, MAX_SELECTED, resolveSelectors, selectsNothing, selectsTooMuch } from '../selection.ts'

export interface AssessedAction {
  action: Action
  condition: NewCondition
  /** What it applies to; absent where it applies to nothing. */
  selected?: Selected
  /** Hash of what collectors refuse to start with. */
  refusedHash?: string
  /** Whether its status stays as it is for now. */
  isHeld?: boolean
}

/** Whether a spec has the form of this version; an object that an earlier one stored may not. */
const formRefusal = (schema: z.ZodType, spec: unknown): Refusal | undefined => {
  const { error } = schema.safeParse(spec)
  return error && { reason: 'InvalidField', message: describeIssues(error) }
}

/** Whether an Action is accepted, and what its selectors match. */
export const assessAction = (action: Action, selectable: Selectable): AssessedAction => {
  const refused = (refusal: Refusal): AssessedAction => ({ action, condition: acceptedCondition(action, refusal) })
  const refusal = formRefusal(actionSpec, action.spec) ?? actionProblem(action.spec)
  if (refusal) return refused(refusal)
  const selected = resolveSelectors(action.spec, selectable)
  if (selectsTooMuch(selected)) {
    return refused({ reason: 'SelectorTooBroad', message: `the selectors match more than ${MAX_SELECTED} names` })
  }
  const description = describeSelected(selected)
  const condition = acceptedCondition(action, undefined, description && `; ${description}`)
  return { action, condition, ...(selectsNothing(selected) ? {} : { selected }) }
}

export const actionActions = (
  { action, condition, refusedHash }: AssessedAction,
  nowMs: number,
  dryRun?: DryRun,
): AutoscalerAction[] => {
  const extra = {
    ...summaryOf(actionSignals(action.spec)),
    ...(refusedHash === undefined ? {} : { refusedHash }),
    ...(dryRun ? { dryRun } : {}),
  }
  return acceptanceActions(action, [condition], nowMs, extra)
}
