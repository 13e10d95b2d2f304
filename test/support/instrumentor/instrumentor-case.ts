/** The history of one workload, moment by moment, as in the golden files of the instrumentor. */
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import type { InstrumentationConfig } from '../../../src/api/kinds/instrumentation-config.ts'
import type { InstrumentationRule } from '../../../src/api/kinds/instrumentation-rule.ts'
import { effectiveConfig } from '../../../src/api/kinds/odigos-config.ts'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import type { Observed } from '../../../src/controllers/instrumentor/observed.ts'
import type { InstrumentorAction } from '../../../src/controllers/instrumentor/reconcile.ts'
import { stepOf } from '../../../src/controllers/instrumentor/reconcile.ts'
import { podView } from '../../../src/controllers/instrumentor/watch/pod-view.ts'
import { workloadView } from '../../../src/controllers/instrumentor/watch/workload-view.ts'
import { mergePatched } from '../api-server/merge-patch.ts'

/** Observations at a moment; omitted ones are as at the previous moment. */
export interface Moment {
  /** What happens. */
  when: string
  now?: string
  workload?: KubeObject
  namespaceLabels?: Record<string, string>
  /** `spec` of the OdigosConfig. */
  settings?: object
  rules?: InstrumentationRule[]
  pods?: KubeObject[]
  /** Results of detectors by container, and the inspected image. */
  detections?: Record<string, { image: string; detection: Omit<ContainerDetection, 'name'> }>
  /** Whether the API server calls the webhook for the namespace. */
  isWebhookReady?: boolean
  /** Hash that the webhook would write to a new pod. */
  currentHash?: string
  /** Refusals of the API server, by the id of the action. */
  failures?: Record<string, string>
  /** Changes of others to the InstrumentationConfig, as a merge patch: the scheduler, a user. */
  edit?: object
}

const raised = (metadata: InstrumentationConfig['metadata']): InstrumentationConfig['metadata'] => ({
  ...metadata,
  generation: (metadata.generation ?? 0) + 1,
})

/** The state of the API server after an action. */
const afterAction = (
  config: InstrumentationConfig | undefined,
  action: InstrumentorAction,
): InstrumentationConfig | undefined => {
  if (action.do === 'delete') return undefined
  if (action.do === 'apply') {
    const desired = action.object as InstrumentationConfig
    const kept = config?.spec.pipeline ? { pipeline: config.spec.pipeline } : {}
    const generation = config?.metadata.generation ?? 0
    return {
      ...config,
      ...desired,
      metadata: raised({ ...desired.metadata, generation }),
      spec: { ...desired.spec, ...kept },
    }
  }
  if (!config || action.do === 'event') return config
  const status = action.object['status'] as NonNullable<InstrumentationConfig['status']>
  return { ...config, status: action.do === 'restart' ? { ...status, restarts: action.attempt } : status }
}

/** Without what the API server refuses, and what follows from that. */
export const possible = (
  actions: readonly InstrumentorAction[],
  failures: Moment['failures'] = {},
): InstrumentorAction[] => {
  const undone = new Set(Object.keys(failures))
  return actions.filter((action) => {
    const { id, requires } = stepOf(action)
    if (requires !== undefined && undone.has(requires)) undone.add(id)
    return !undone.has(id)
  })
}

export const afterActions = (
  config: InstrumentationConfig | undefined,
  actions: readonly InstrumentorAction[],
  failures: Moment['failures'] = {},
): InstrumentationConfig | undefined => possible(actions, failures).reduce(afterAction, config)

export const edited = (
  config: InstrumentationConfig | undefined,
  edit: object | undefined,
): InstrumentationConfig | undefined => {
  if (!config || !edit) return config
  const next = mergePatched(config, edit) as InstrumentationConfig
  return 'spec' in edit ? { ...next, metadata: raised(next.metadata) } : next
}

export const observedAt = (
  { workload, detections = {}, settings, now = '', ...moment }: Moment,
  config: InstrumentationConfig | undefined,
): Observed => {
  if (!workload) throw new Error('the first moment names the workload')
  return {
    workload: workloadView(workload),
    namespace: { name: workload.metadata.namespace ?? '', labels: moment.namespaceLabels },
    settings: effectiveConfig(settings),
    rules: moment.rules ?? [],
    pods: (moment.pods ?? []).map(podView),
    config,
    detections: new Map(
      Object.entries(detections).map(([name, { image, detection }]) => [
        name,
        { image, detection: { name, ...detection } },
      ]),
    ),
    pending: () => ({ reason: 'NotDetectedYet', message: '' }),
    isWebhookReady: moment.isWebhookReady ?? true,
    currentHash: () => moment.currentHash ?? 'current',
    hashWith: (_spec, agentImages) => `${moment.currentHash ?? 'current'} with ${agentImages.join()}`,
    nowMs: Date.parse(now),
    systemNamespace: 'odigos-system',
    failures: new Map(Object.entries(moment.failures ?? {})),
  }
}
