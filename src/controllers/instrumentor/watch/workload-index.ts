import { parentKind, workloadApiVersion } from '../../../api/workload-kinds.ts'
import { ownerCandidates } from '../../../inject/pod/owner.ts'
import type { PodView } from './pod-view.ts'
import type { WorkloadView } from './workload-view.ts'

/** Key of a workload in queues and indexes: `namespace/Kind/name`. */
export const workloadKey = (namespace: string, kind: string, name: string): string => `${namespace}/${kind}/${name}`

export const keyOf = ({ kind, metadata }: WorkloadView): string => workloadKey(metadata.namespace, kind, metadata.name)

/** Key of the workload that created this one and controls it, as a CronJob does a Job. */
export const parentKeyOf = ({ kind, metadata }: WorkloadView): string | undefined => {
  const parent = parentKind(kind)
  const owner = metadata.ownerReferences?.find(
    (each) => each.controller && each.kind === parent?.kind && each.apiVersion === workloadApiVersion(parent),
  )
  return owner && workloadKey(metadata.namespace, owner.kind, owner.name)
}

const addTo = (sets: Map<string, Set<string>>, key: string, member: string): void =>
  void sets.set(key, (sets.get(key) ?? new Set()).add(member))

const removeFrom = (sets: Map<string, Set<string>>, key: string, member: string): void => {
  const members = sets.get(key)
  members?.delete(member)
  if (members?.size === 0) sets.delete(key)
}

/** Which workloads are in which namespace, which pods belong to which workload, and which Jobs to which CronJob. */
export const createWorkloadIndex = () => {
  const podsOf = new Map<string, Map<string, PodView>>()
  /** Pod, as `namespace/name` → the workload that it was last counted for; a pod can lose its owner. */
  const countedFor = new Map<string, string>()
  const childrenOf = new Map<string, Set<string>>()
  /** Keys of the workloads of each namespace. */
  const keysOf = new Map<string, Set<string>>()

  /** The workload that a pod names as its owner; a Job even where a CronJob controls that. */
  const ownerKey = (pod: PodView): string | undefined => {
    const owner = ownerCandidates({ metadata: pod.metadata, spec: { containers: [] } })[0]
    return owner && workloadKey(pod.metadata.namespace, owner.kind, owner.name)
  }

  const nameOf = ({ metadata }: PodView): string => `${metadata.namespace}/${metadata.name}`

  const removePod = (pod: PodView): void => {
    const key = countedFor.get(nameOf(pod))
    if (key === undefined) return
    countedFor.delete(nameOf(pod))
    const pods = podsOf.get(key)
    pods?.delete(pod.metadata.name)
    if (pods?.size === 0) podsOf.delete(key)
  }

  return {
    ownerKey,
    /** The workload that the pod is counted for so far. */
    countedFor: (pod: PodView): string | undefined => countedFor.get(nameOf(pod)),
    putPod: (pod: PodView): void => {
      const key = ownerKey(pod)
      if (key !== countedFor.get(nameOf(pod))) removePod(pod)
      if (!key) return
      countedFor.set(nameOf(pod), key)
      const pods = podsOf.get(key) ?? new Map<string, PodView>()
      podsOf.set(key, pods.set(pod.metadata.name, pod))
    },
    removePod,
    putWorkload: (workload: WorkloadView): void => {
      const parent = parentKeyOf(workload)
      if (parent) addTo(childrenOf, parent, keyOf(workload))
      addTo(keysOf, workload.metadata.namespace, keyOf(workload))
    },
    removeWorkload: (workload: WorkloadView): void => {
      const parent = parentKeyOf(workload)
      if (parent) removeFrom(childrenOf, parent, keyOf(workload))
      removeFrom(keysOf, workload.metadata.namespace, keyOf(workload))
    },
    /** Keys of the workloads that this one created and controls. */
    children: (key: string): string[] => [...(childrenOf.get(key) ?? [])],
    keysIn: (namespace: string): string[] => [...(keysOf.get(namespace) ?? [])],
    pods: (key: string): PodView[] => [
      ...(podsOf.get(key)?.values() ?? []),
      ...[...(childrenOf.get(key) ?? [])].flatMap((child) => [...(podsOf.get(child)?.values() ?? [])]),
    ],
  }
}
