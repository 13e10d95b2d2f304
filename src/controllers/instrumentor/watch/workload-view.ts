import type { KubeObject, Metadata } from '../../../api/kubernetes.ts'
import type { ReplicaCounts, WorkloadKinds } from '../../../api/workload-kinds.ts'
import { podTemplateOf, replicaCounts, WORKLOAD_KINDS } from '../../../api/workload-kinds.ts'
import { shortMessage } from '../../../api/types/container.ts'
import { asFields } from '../../../api/types/fields.ts'
import type { Cached } from '../../../kube/types.ts'
import { entryOf, hasRequestProbe, ownVariables, templateHash } from './container-facts.ts'
import { keptMetadata } from './kept-metadata.ts'
import type { UpdateStrategy } from './update-strategy.ts'
import { updateStrategyOf } from './update-strategy.ts'

/** Why the API server refuses pods of a workload. */
export interface Refusal {
  /** The message of the API server. */
  message: string
  /** When it was given first, and last (RFC 3339). */
  since: string
  at: string
}

/** Reason of the condition, and of the Events of the other kinds, about pods that could not be created. */
export const FAILED_CREATE = 'FailedCreate'

interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastUpdateTime?: string
  lastTransitionTime?: string
}

/** What a Deployment says in its status; other kinds only write Events. */
export const refusalIn = (object: KubeObject): { refusal?: Refusal } => {
  const conditions = (asFields(object['status'])['conditions'] ?? []) as Condition[]
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
  if (failure?.reason !== FAILED_CREATE) return {}
  const { message = '', lastTransitionTime = '', lastUpdateTime = lastTransitionTime } = failure
  return { refusal: { message: shortMessage(message), since: lastTransitionTime, at: lastUpdateTime } }
}

/** What the instrumentor keeps of a workload: no more than its decisions need. */
export interface WorkloadView extends Cached {
  apiVersion: string
  kind: string
  metadata: Metadata & { name: string; namespace: string }
  containers: {
    name: string
    image: string
    /** See `entryOf`. */
    entry: string
    /** See `ownVariables`. */
    variables: string[]
    /** See `hasRequestProbe`. */
    isProbed?: boolean
  }[]
  /** See `templateHash`. */
  template?: string
  /** Absent for kinds that have none. */
  replicas?: ReplicaCounts
  paused: boolean
  /** `Rolling` where absent. */
  strategy?: UpdateStrategy
  /** Whether it is a Job that is suspended. */
  isSuspended?: true
  /** Why its pods cannot be created, where it says so. */
  refusal?: Refusal
}

export const workloadView = (object: KubeObject, kinds: WorkloadKinds = WORKLOAD_KINDS): WorkloadView => {
  const replicas = replicaCounts(object, kinds)
  const template = podTemplateOf(object, kinds)
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: keptMetadata(object.metadata),
    containers: (template?.spec.containers ?? []).map((container) => ({
      name: container.name,
      image: container.image ?? '',
      entry: entryOf(container),
      variables: ownVariables(container),
      ...(hasRequestProbe(container) ? { isProbed: true } : {}),
    })),
    ...(template ? { template: templateHash(template) } : {}),
    ...(replicas ? { replicas } : {}),
    paused: asFields(object['spec'])['paused'] === true,
    strategy: updateStrategyOf(object, kinds),
    ...(asFields(object['spec'])['suspend'] === true ? { isSuspended: true } : {}),
    ...refusalIn(object),
  }
}
