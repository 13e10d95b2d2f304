import type { OwnerReference, Pod } from '../../api/kubernetes.ts'
import type { WorkloadRef } from '../../api/workloads.ts'

/** The CronJob controller ends a Job's name in the scheduled time, in minutes since 1970 (seconds before 1.21). */
const SCHEDULED_TIME = /-\d{8,10}$/

const isOwner = (owner: unknown): owner is OwnerReference =>
  typeof owner === 'object' &&
  owner !== null &&
  ['apiVersion', 'kind', 'name'].every((field) => typeof (owner as Record<string, unknown>)[field] === 'string')

/** The owner reference that controls the pod, if it is well formed. */
export const controllerOf = (pod: Pod): OwnerReference | undefined => {
  const owners: unknown = pod.metadata?.ownerReferences
  if (!Array.isArray(owners)) return undefined
  const wellFormed = owners.filter(isOwner)
  return wellFormed.find((owner) => owner.controller === true)
}

const ref = (apiVersion: string, kind: string, name: string): WorkloadRef => ({ apiVersion, kind, name })

// Both controllers name a ReplicaSet after its owner and the hash of the template, which is on the pod as a label.
const replicaSetOwner = (owner: OwnerReference, pod: Pod): WorkloadRef[] =>
  [
    ['pod-template-hash', 'apps/v1', 'Deployment'],
    ['rollouts-pod-template-hash', 'argoproj.io/v1alpha1', 'Rollout'],
  ].flatMap(([label = '', apiVersion = '', kind = '']) => {
    const hash: unknown = pod.metadata?.labels?.[label]
    const isNamedSo = typeof hash === 'string' && hash !== '' && owner.name.endsWith(`-${hash}`)
    return isNamedSo ? [ref(apiVersion, kind, owner.name.slice(0, -(hash.length + 1)))] : []
  })

const jobOwners = (owner: OwnerReference): WorkloadRef[] => {
  const job = ref(owner.apiVersion, 'Job', owner.name)
  const cronJob = owner.name.replace(SCHEDULED_TIME, '')
  return cronJob === owner.name ? [job] : [job, ref(owner.apiVersion, 'CronJob', cronJob)]
}

/**
 * Workloads that the pod can belong to, most exact first, from the pod alone. An owner counts by apiVersion and kind:
 * a ReplicaSet of another API group is no Deployment's.
 */
export const ownerCandidates = (pod: Pod): WorkloadRef[] => {
  const owner = controllerOf(pod)
  if (!owner) return []
  switch (`${owner.apiVersion}/${owner.kind}`) {
    case 'apps/v1/ReplicaSet':
      return replicaSetOwner(owner, pod)
    case 'apps/v1/StatefulSet':
    case 'apps/v1/DaemonSet':
      return [ref(owner.apiVersion, owner.kind, owner.name)]
    case 'batch/v1/Job':
      return jobOwners(owner)
    default:
      return []
  }
}
