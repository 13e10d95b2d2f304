import type { OwnerReference, Pod } from '../../api/kubernetes.ts'
import type { WorkloadKindDefinition, WorkloadKinds } from '../../api/workload-kinds.ts'
import { WORKLOAD_KINDS, workloadApiVersion } from '../../api/workload-kinds.ts'
import type { WorkloadRef } from '../../api/workloads.ts'

const isOwner = (owner: unknown): owner is OwnerReference =>
  typeof owner === 'object' &&
  owner !== null &&
  ['apiVersion', 'kind', 'name'].every((field) => typeof (owner as Record<string, unknown>)[field] === 'string')

/** The owner reference that controls the pod, if well formed. */
export const controllerOf = (pod: Pod): OwnerReference | undefined => {
  const owners: unknown = pod.metadata?.ownerReferences
  if (!Array.isArray(owners)) return undefined
  const wellFormed = owners.filter(isOwner)
  return wellFormed.find((owner) => owner.controller === true)
}

const isA = (owner: OwnerReference, { apiVersion, kind }: { apiVersion: string; kind: string }): boolean =>
  owner.apiVersion === apiVersion && owner.kind === kind

/** Name of a ReplicaSet without the hash of the pod template, which the pod has as a label. */
const withoutHash = (name: string, label: string, pod: Pod): string | undefined => {
  const hash: unknown = pod.metadata?.labels?.[label]
  const isNamedSo = typeof hash === 'string' && hash !== '' && name.endsWith(`-${hash}`)
  return isNamedSo ? name.slice(0, -(hash.length + 1)) : undefined
}

/** Name of the workload of this kind that the pod belongs to, if any. */
const workloadName = (definition: WorkloadKindDefinition, controller: OwnerReference, pod: Pod): string | undefined => {
  const { owner, kind } = definition
  switch (owner.by) {
    case 'reference':
      return isA(controller, { apiVersion: workloadApiVersion(definition), kind }) ? controller.name : undefined
    case 'template-hash':
      return isA(controller, owner.through) ? withoutHash(controller.name, owner.label, pod) : undefined
    case 'name':
      return isA(controller, owner.through) && owner.suffix.test(controller.name)
        ? controller.name.replace(owner.suffix, '')
        : undefined
  }
}

/** Workloads that control the pod directly come before those that control it through another object. */
const directFirst = (a: WorkloadKindDefinition, b: WorkloadKindDefinition): number =>
  Number(b.owner.by === 'reference') - Number(a.owner.by === 'reference')

/**
 * Workloads that the pod may belong to, best match first, derived from the pod alone. Owners are matched by apiVersion
 * and kind: a ReplicaSet of another API group belongs to no Deployment.
 */
export const ownerCandidates = (pod: Pod, kinds: WorkloadKinds = WORKLOAD_KINDS): WorkloadRef[] => {
  const controller = controllerOf(pod)
  if (!controller) return []
  return kinds.toSorted(directFirst).flatMap((definition) => {
    const name = workloadName(definition, controller, pod)
    return name === undefined ? [] : [{ apiVersion: workloadApiVersion(definition), kind: definition.kind, name }]
  })
}
