import type { NewCondition } from '../api/conditions.ts'
import type { Pipeline } from '../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../api/kinds/instrumentation-config.ts'

/** The condition `PipelineAssigned` of a workload with this pipeline; instrumentor and scheduler write the same. */
export const pipelineCondition = (pipeline: Pipeline | undefined): NewCondition => {
  const type = WORKLOAD_CONDITIONS.pipelineAssigned
  if (!pipeline) {
    const message = 'there is no Destination; add one in the UI or with kubectl'
    return { type, status: 'False', reason: 'WaitingForDestination', message }
  }
  const { collectorsGroup, endpoint, gateway, reason = 'PipelineAssigned' } = pipeline
  const then = gateway === undefined ? '' : `, then ${gateway}`
  return { type, status: 'True', reason, message: `${collectorsGroup}, ${endpoint}${then}` }
}
