/** What the cache keeps of an object that belongs to a CollectorsGroup. */
import type { KubeObject } from '../../../api/kubernetes.ts'
import { replicaCounts } from '../../../api/workload-kinds.ts'
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
  /** Whether it is a HorizontalPodAutoscaler that says that it gets no metrics. */
  isBlind?: true
}

/** Everything that a user or controller may have changed, without what each write of a status changes. */
export const contentHash = ({ apiVersion: _apiVersion, kind: _kind, metadata, ...object }: KubeObject): string => {
  const { labels, annotations, ownerReferences } = metadata
  const { status: _status, ...content } = object
  return configHash({ labels, annotations, ownerReferences, ...content })
}

/** Absent for anything but a DaemonSet or StatefulSet. */
const workloadView = (object: KubeObject): WorkloadView | undefined => {
  const counts = replicaCounts(object)
  if (!counts) return undefined
  const { isObserved, desired, updated, ready } = counts
  return { appliedHash: object.metadata.annotations?.[APPLIED_HASH_ANNOTATION], isObserved, desired, updated, ready }
}

export const isWorkload = ({ kind }: Pick<Subject, 'kind'>): boolean => kind === 'DaemonSet' || kind === 'StatefulSet'

interface ScalerStatus {
  conditions?: { type: string; status: string }[]
}

const isBlind = ({ kind, status }: KubeObject): boolean =>
  kind === 'HorizontalPodAutoscaler' &&
  ((status ?? {}) as ScalerStatus).conditions?.some(
    (each) => each.type === 'ScalingActive' && each.status === 'False',
  ) === true

export const ownedView = (object: KubeObject): OwnedView => {
  const { apiVersion, kind, metadata } = object
  const workload = workloadView(object)
  const { namespace = '', name, uid = '', deletionTimestamp } = metadata
  return {
    apiVersion,
    kind,
    metadata: { namespace, name, uid },
    contentHash: contentHash(object),
    isDeleting: deletionTimestamp !== undefined,
    ...(workload ? { workload } : {}),
    ...(isBlind(object) ? { isBlind: true } : {}),
  }
}
