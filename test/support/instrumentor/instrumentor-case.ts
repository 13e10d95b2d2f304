/** The history of one workload, moment by moment, as in the golden files of the instrumentor. */
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import type { InstrumentationConfig } from '../../../src/api/kinds/instrumentation-config.ts'
import type { InstrumentationRule } from '../../../src/api/kinds/instrumentation-rule.ts'
import { effectiveConfig } from '../../../src/api/kinds/odigos-config.ts'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { INJECTION_HASH_ANNOTATION } from '../../../src/api/names.ts'
import type { Observed, SeenOfWorkload } from '../../../src/controllers/instrumentor/observed.ts'
import type { SeenKind } from '../../../src/controllers/instrumentor/seen/arrivals.ts'
import type { AgentReports, PodTelemetry } from '../../../src/controllers/instrumentor/seen/pod-telemetry.ts'
import type { InstrumentorAction } from '../../../src/controllers/instrumentor/reconcile.ts'
import { stepOf } from '../../../src/controllers/instrumentor/reconcile.ts'
import { unavailableAgents } from '../../../src/controllers/instrumentor/decision/unavailable.ts'
import { dueTrial } from '../../../src/controllers/instrumentor/decision/due-trial.ts'
import type { Verdict } from '../../../src/controllers/instrumentor/trial/verdict.ts'
import { podView } from '../../../src/controllers/instrumentor/watch/pod-view.ts'
import type { Refusal } from '../../../src/controllers/instrumentor/watch/workload-view.ts'
import { refusalIn } from '../../../src/controllers/instrumentor/watch/workload-view.ts'
import { workloadView } from '../../../src/controllers/instrumentor/watch/workload-view.ts'
import { mergePatched } from '../api-server/merge-patch.ts'

/** What arrived from a pod: when last, by kind, and the reports of its processes. */
interface MomentOfPod {
  arrived?: Partial<Record<SeenKind, string>>
  reports?: (Omit<AgentReports, 'atMs'> & { at: string })[]
}

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
  /** Jobs of a CronJob. */
  jobs?: KubeObject[]
  /** InstrumentationConfigs of other workloads of the namespace. */
  others?: InstrumentationConfig[]
  /** Of an Event about pods that cannot be created; that of a Deployment is in its status. */
  refusal?: Refusal
  /** Results of detectors by container, and the inspected image. */
  detections?: Record<string, { image: string; detection: Omit<ContainerDetection, 'name'> }>
  /** Whether the API server calls the webhook for the namespace. */
  isWebhookReady?: boolean
  /** What arrived, by the name of the pod; where absent, spans of all pods with an agent. */
  seen?: Record<string, MomentOfPod>
  /** Since when the collector of each node is read without a gap; since ever where absent, never where empty. */
  watchedSince?: string
  /** Since when this instrumentor leads; since ever where absent. */
  leadsSince?: string
  /** What dry runs have shown of each decision that is to be tried; no pods are tried where absent. */
  trial?: Verdict | 'pending'
  /** Hash that the webhook would write to a new pod. */
  currentHash?: string
  /** Images of this release's agents. */
  agentImages?: string[]
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
  if (!config || action.do === 'event' || action.do === 'renew') return config
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

const podTelemetry = ({ arrived = {}, reports = [] }: MomentOfPod): PodTelemetry => ({
  arrivedMs: Object.fromEntries(Object.entries(arrived).map(([kind, time]) => [kind, Date.parse(time)])),
  reports: reports.map(({ at, ...report }) => ({ ...report, atMs: Date.parse(at) })),
})

const seenAt = ({ pods = [], seen, watchedSince, leadsSince }: Moment): SeenOfWorkload => {
  const spans = pods
    .filter(({ metadata }) => metadata.annotations?.[INJECTION_HASH_ANNOTATION])
    .map(({ metadata }) => [metadata.name, { arrived: { traces: metadata.creationTimestamp ?? '' } }])
  const moments = seen ?? (Object.fromEntries(spans) as Record<string, MomentOfPod>)
  return {
    pods: new Map(Object.entries(moments).map(([name, moment]) => [name, podTelemetry(moment)])),
    watchedSinceMs: () => (watchedSince === '' ? undefined : watchedSince ? Date.parse(watchedSince) : 0),
    startedMs: leadsSince ? Date.parse(leadsSince) : 0,
    silenceMs: 600_000,
  }
}

export const observedAt = (
  { workload, detections = {}, settings, ...moment }: Moment,
  config: InstrumentationConfig | undefined,
): Observed => {
  if (!workload) throw new Error('the first moment names the workload')
  const observed: Omit<Observed, 'trial'> = {
    workload: workloadView(workload),
    namespace: { name: workload.metadata.namespace ?? '', labels: moment.namespaceLabels },
    settings: effectiveConfig(settings),
    rules: moment.rules ?? [],
    pods: (moment.pods ?? []).map(podView),
    jobs: (moment.jobs ?? []).map((job) => workloadView(job)),
    unavailable: unavailableAgents(moment.others ?? []),
    refusal: moment.refusal ?? refusalIn(workload).refusal,
    config,
    detections: new Map(
      Object.entries(detections).map(([name, { image, detection }]) => [
        name,
        { image, detection: { name, ...detection } },
      ]),
    ),
    pending: () => ({ reason: 'NotDetectedYet', message: '' }),
    isWebhookReady: moment.isWebhookReady ?? true,
    triesPods: moment.trial !== undefined,
    currentHash: () => moment.currentHash ?? 'current',
    hashWith: (_spec, agentImages) => `${moment.currentHash ?? 'current'} with ${agentImages.join()}`,
    seen: seenAt(moment),
    agentImages: moment.agentImages ?? ['odigos.local/agent-nodejs:dev'],
    nowMs: Date.parse(moment.now ?? ''),
    systemNamespace: 'odigos-system',
    failures: new Map(Object.entries(moment.failures ?? {})),
  }
  const due = moment.trial && dueTrial(observed)
  return { ...observed, trial: due && { ...due, verdict: moment.trial === 'pending' ? undefined : moment.trial } }
}
