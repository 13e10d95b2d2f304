/** What the cache keeps of an object that belongs to a CollectorsGroup. */
import type { KubeObject } from '../../../api/kubernetes.ts'
import { configHash } from '../../../collector/config.ts'
import type { Subject } from '../../actions/action.ts'
import { APPLIED_HASH_ANNOTATION } from './object.ts'
import type { WorkloadView } from '../group-status.ts'

export interface OwnedView {
  apiVersion: string
  kind: string
  metadata: { namespace: string; name: string; uid: string }
  /** Hash of what it holds, whoever wrote it, without the status. */
  contentHash: string
  isDeleting: boolean
  /** How far its rollout is, of a DaemonSet or StatefulSet. */
  workload?: WorkloadView
}

/** Status of a DaemonSet or StatefulSet; each kind has its own fields. */
interface Status {
  observedGeneration?: number
  desiredNumberScheduled?: number
  updatedNumberScheduled?: number
  numberReady?: number
  replicas?: number
  updatedReplicas?: number
  readyReplicas?: number
}

/** Everything that a user or controller may have changed, without what each write of a status changes. */
export const contentHash = ({ apiVersion: _apiVersion, kind: _kind, metadata, ...object }: KubeObject): string => {
  const { labels, annotations, ownerReferences } = metadata
  const { status: _status, ...content } = object
  return configHash({ labels, annotations, ownerReferences, ...content })
}

const workloadView = ({ metadata, kind, ...object }: KubeObject): WorkloadView => {
  const status = (object['status'] ?? {}) as Status
  const specified = (object['spec'] as { replicas?: number }).replicas
  const isDaemonSet = kind === 'DaemonSet'
  return {
    appliedHash: metadata.annotations?.[APPLIED_HASH_ANNOTATION],
    isObserved: status.observedGeneration === metadata.generation,
    desired: (isDaemonSet ? status.desiredNumberScheduled : specified) ?? 0,
    updated: (isDaemonSet ? status.updatedNumberScheduled : status.updatedReplicas) ?? 0,
    ready: (isDaemonSet ? status.numberReady : status.readyReplicas) ?? 0,
  }
}

export const isWorkload = ({ kind }: Pick<Subject, 'kind'>): boolean => kind === 'DaemonSet' || kind === 'StatefulSet'

export const ownedView = (object: KubeObject): OwnedView => {
  const { apiVersion, kind, metadata } = object
  const { namespace = '', name, uid = '', deletionTimestamp } = metadata
  return {
    apiVersion,
    kind,
    metadata: { namespace, name, uid },
    contentHash: contentHash(object),
    isDeleting: deletionTimestamp !== undefined,
    ...(isWorkload(object) ? { workload: workloadView(object) } : {}),
  }
}
