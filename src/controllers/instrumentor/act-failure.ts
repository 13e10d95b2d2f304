import { isDeepStrictEqual } from 'node:util'
import { mergeConditions } from '../../api/conditions.ts'
import type { InstrumentationConfigStatus } from '../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../api/kinds/instrumentation-config.ts'
import { KubeError } from '../../kube/http/error.ts'
import type { Observed } from './observed.ts'
import type { Action } from './reconcile.ts'
import { rfc3339 } from './status/rfc3339.ts'

/** Statuses with which the API server refuses an object for what it is: schema, quota, policy, size. */
const REFUSALS: readonly number[] = [400, 403, 413, 422]

/** Why the API server refused a write; `undefined` for every other failure, which a retry may mend by itself. */
export const refusalOf = (error: unknown): string | undefined =>
  error instanceof KubeError && REFUSALS.includes(error.status) ? error.message : undefined

/**
 * The status that reports a refused action, as a condition; `undefined` where there is no object for it, it is reported
 * already, or the status itself is what was refused.
 */
export const failedStatus = (
  { config, nowMs }: Observed,
  action: Action,
  message: string,
): InstrumentationConfigStatus | undefined => {
  const before = action.do === 'restart' ? action.status : config && (config.status ?? {})
  if (!before || action.do === 'status' || action.do === 'event') return undefined
  const failed = { type: WORKLOAD_CONDITIONS.applied, status: 'False', reason: 'ApplyFailed', message } as const
  const conditions = mergeConditions(before.conditions ?? [], [failed], rfc3339(nowMs))
  return isDeepStrictEqual(conditions, config?.status?.conditions) ? undefined : { ...before, conditions }
}
