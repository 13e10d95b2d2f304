import { isDeepStrictEqual } from 'node:util'
import type { Condition, NewCondition } from '../../api/conditions.ts'
import { findCondition, mergeConditions } from '../../api/conditions.ts'
import type {
  InstrumentationConfig,
  InstrumentationConfigSpec,
  InstrumentationConfigStatus,
  KnownContainer,
  RestartAttempts,
  Rollback as RollbackField,
  WorkloadState,
} from '../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../api/kinds/instrumentation-config.ts'
import { API_GROUP_VERSION, isOurs, MANAGED_BY, MANAGED_BY_LABEL } from '../../api/names.ts'
import { rfc3339 } from '../../api/time.ts'
import { decisionOf as specOf } from '../../api/types/container.ts'
import { instrumentationConfigName } from '../../api/workloads.ts'
import type { Restart } from './restart/needed-restart.ts'
import { isAutomatic, neededRestart } from './restart/needed-restart.ts'
import { optOutReason } from './decision/opt-in.ts'
import { overridesOf, serviceNameOf } from './decision/overrides.ts'
import { refusedAssignment } from './status/failed-status.ts'
import type { StatusInput } from './status/pod-counts.ts'
import { isGivenUp, keptAttempts, nextAttempt, ROLLBACK_DECISION } from './restart/attempts.ts'
import type { Harm } from './restart/rollback.ts'
import { crashedPod, findHarm, rollbackIn } from './restart/rollback.ts'
import type { EventAction } from './status/events.ts'
import { optOutEvent, problemEvents, stateEvents } from './status/events.ts'
import type { Observed } from './observed.ts'
import { selectAgent } from './decision/select-agent.ts'
import { settingsEnvironment } from './decision/agent-settings.ts'
import { rollbackRemedy } from './restart/restart-command.ts'
import { observationStatus } from './status/observation-status.ts'
import { decidedSince, workloadStatus } from './status/workload-status.ts'

type WorkloadStatus = InstrumentationConfigStatus & { conditions: Condition[] }

export type Action =
  | { do: 'apply'; object: InstrumentationConfig }
  /** Of the InstrumentationConfig. */
  | { do: 'delete' }
  | { do: 'status'; status: WorkloadStatus }
  | EventAction
  | (Restart & { do: 'restart'; status: WorkloadStatus; attempt: RestartAttempts })

const knownContainer = (observed: Observed, container: string, rolledBack: string | undefined): KnownContainer => {
  const { workload, settings } = observed
  const found = observed.detections.get(container)
  const decision = selectAgent({
    container,
    image: found?.image,
    imageReference: found?.imageReference,
    detection: found?.detection,
    pending: observed.pending(container),
    variables: workload.containers.find(({ name }) => name === container)?.variables ?? [],
    overrides: overridesOf(workload, container),
    isIgnored: settings.ignoredContainers.includes(container),
    rolledBack,
  })
  if (!decision.agent) return decision
  const subject = {
    namespaceLabels: observed.namespace.labels ?? {},
    workloadLabels: workload.metadata.labels ?? {},
    language: decision.language,
    agent: decision.agent,
  }
  const environment = settingsEnvironment(subject, observed.rules)
  return environment.length > 0 ? { ...decision, settings: environment } : decision
}

const desiredConfig = (
  { workload }: Observed,
  containers: readonly KnownContainer[],
  rollback: RollbackField | undefined,
): InstrumentationConfig => {
  const { apiVersion, kind, metadata } = workload
  const serviceName = serviceNameOf(metadata.annotations)
  return {
    apiVersion: API_GROUP_VERSION,
    kind: 'InstrumentationConfig',
    metadata: {
      name: instrumentationConfigName(kind, metadata.name),
      namespace: metadata.namespace,
      labels: { [MANAGED_BY_LABEL]: MANAGED_BY },
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '' }],
    },
    spec: {
      workload: { apiVersion, kind, name: metadata.name },
      ...(serviceName ? { serviceName } : {}),
      containers: containers.map(specOf),
      ...(rollback ? { rollback } : {}),
    },
  }
}

const isSameSpec = (config: InstrumentationConfig | undefined, desired: InstrumentationConfig): boolean => {
  if (!config) return false
  const { pipeline: _schedulers, ...spec } = config.spec
  return isDeepStrictEqual(spec, desired.spec)
}

/** Compares only what this controller owns: not the pipeline, which the scheduler writes. */
const isSame = (config: InstrumentationConfig | undefined, desired: InstrumentationConfig): boolean =>
  isSameSpec(config, desired) &&
  config?.metadata.ownerReferences?.[0]?.uid === desired.metadata.ownerReferences?.[0]?.uid

/** A change of the specification raises the generation by one; so the status that follows is about that one. */
const generationOf = (config: InstrumentationConfig | undefined, desired: InstrumentationConfig): number => {
  const before = config?.metadata.generation ?? 0
  return isSameSpec(config, desired) ? before : before + 1
}

interface Rollback {
  rolledBack: string | undefined
  harm: Harm | undefined
}

const decisionOf = ({ rolledBack }: Rollback, currentHash: string): string =>
  rolledBack ? ROLLBACK_DECISION : currentHash

const statusInput = (observed: Observed, spec: InstrumentationConfigSpec, rollback: Rollback): StatusInput => {
  const { workload, pods, config, isWebhookReady } = observed
  const { rolledBack, harm } = rollback
  const currentHash = observed.currentHash(spec)
  const pod = rolledBack ? (harm?.pod ?? crashedPod(pods)) : undefined
  const isForUs = rolledBack ? pod !== undefined : isAutomatic(observed.settings)
  const isVain = isForUs && isGivenUp(config?.status?.restarts, decisionOf(rollback, currentHash), observed.nowMs)
  return {
    workload,
    spec,
    pods,
    currentHash,
    hashWith: (agentImages) => observed.hashWith(spec, agentImages),
    decidedAt: decidedSince(config?.status?.conditions),
    isWebhookReady,
    rolledBack: rolledBack && `${rolledBack}${pod ? rollbackRemedy(workload, pod, isVain) : ''}`,
    isGivenUp: isVain,
  }
}

/** What was refused before and is not to be done any more, or was done. */
const appliedConditions = ({ config }: Observed, isRestartDue: boolean): NewCondition[] => {
  const type = WORKLOAD_CONDITIONS.applied
  const isRefused = findCondition(config?.status?.conditions, type)?.status === 'False'
  return isRefused && !isRestartDue ? [{ type, status: 'True', reason: 'UpToDate', message: '' }] : []
}

type DueRestart = Restart & { attempt: RestartAttempts }

/** The restart that is needed, where it is time for it. */
const dueRestart = (
  observed: Observed,
  rollback: Rollback,
  { state, currentHash }: { state: WorkloadState; currentHash: string },
): DueRestart | undefined => {
  const restart = neededRestart({ ...observed, harm: rollback.harm, state })
  const decision = decisionOf(rollback, currentHash)
  const attempt = restart && nextAttempt(observed.config?.status?.restarts, decision, observed.nowMs)
  return attempt && { ...restart, attempt }
}

const statusActions = (
  observed: Observed,
  desired: InstrumentationConfig,
  containers: readonly KnownContainer[],
  rollback: Rollback,
): Action[] => {
  const { config, nowMs } = observed
  const before = config?.status
  const pipeline = config?.spec.pipeline
  const spec: InstrumentationConfigSpec = pipeline ? { ...desired.spec, pipeline } : desired.spec
  const input = statusInput(observed, spec, rollback)
  const next = workloadStatus(input)
  const restart = dueRestart(observed, rollback, { state: next.state, currentHash: input.currentHash })
  const observedGeneration = generationOf(config, desired)
  const conditions = [...next.conditions, ...appliedConditions(observed, restart !== undefined)].map(
    (condition) => refusedAssignment(before, condition) ?? { ...condition, observedGeneration },
  )
  const status = {
    observedGeneration,
    ...observationStatus(observed.workload, containers),
    ...next,
    ...keptAttempts(before?.restarts, rollback.rolledBack !== undefined),
    conditions: mergeConditions(before?.conditions ?? [], conditions, rfc3339(nowMs)),
  }
  const actions: Action[] = isDeepStrictEqual(before, status)
    ? []
    : [{ do: 'status', status }, ...stateEvents(observed, status)]
  if (!restart) return actions
  const { reason, message, attempt } = restart
  const event: Action[] = reason === 'RestartedByUs' ? [{ do: 'event', type: 'Normal', reason, message }] : []
  return [...actions, { do: 'restart', reason, message, status, attempt }, ...event]
}

/** What is to be done about one workload, in order; nothing where all is as decided, or the object is not ours. */
export const reconcile = (observed: Observed): Action[] => {
  const { workload, namespace, settings, config } = observed
  if (config && !isOurs(config.metadata)) return []
  const out = optOutReason(workload.metadata.labels, namespace, settings, observed.systemNamespace)
  if (out) return config ? [{ do: 'delete' }, optOutEvent(observed, out)] : []
  const harm = findHarm(observed)
  const found = rollbackIn(config) ?? (harm && { message: harm.message })
  const rollback = found && { time: rfc3339(observed.nowMs), ...found, message: found.message.slice(0, 1024) }
  const containers = workload.containers.map(({ name }) => knownContainer(observed, name, rollback?.message))
  const object = desiredConfig(observed, containers, rollback)
  const actions: Action[] = isSame(config, object)
    ? []
    : [{ do: 'apply', object }, ...problemEvents(observed, object.spec)]
  return [...actions, ...statusActions(observed, object, containers, { rolledBack: rollback?.message, harm })]
}
