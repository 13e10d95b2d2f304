import type { NewCondition } from '../api/conditions.ts'
import type { Pipeline } from '../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../api/kinds/instrumentation-config.ts'

/** The condition `PipelineAssigned` of a workload with this pipeline; instrumentor and scheduler write the same. */
export const pipelineCondition = (pipeline: Pipeline | undefined): NewCondition => {
  const type = WORKLOAD_CONDITIONS.pipelineAssigned
  return pipeline
    ? { type, status: 'True', reason: 'PipelineAssigned', message: `${pipeline.collectorsGroup}, ${pipeline.endpoint}` }
    : {
        type,
        status: 'False',
        reason: 'WaitingForDestination',
        message: 'there is no Destination; add one in the UI or with kubectl',
      }
}
