import type { OwnerReference, Pod } from '../../api/kubernetes.ts'
import type { WorkloadKindDefinition, WorkloadKinds } from '../../api/workload-kinds.ts'
import { WORKLOAD_KINDS, workloadApiVersion } from '../../api/workload-kinds.ts'
import type { WorkloadRef } from '../../api/workloads.ts'

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

const isA = (owner: OwnerReference, { apiVersion, kind }: { apiVersion: string; kind: string }): boolean =>
  owner.apiVersion === apiVersion && owner.kind === kind

/** Name of a ReplicaSet without the hash of the template, which is on the pod as a label. */
const withoutHash = (name: string, label: string, pod: Pod): string | undefined => {
  const hash: unknown = pod.metadata?.labels?.[label]
  const isNamedSo = typeof hash === 'string' && hash !== '' && name.endsWith(`-${hash}`)
  return isNamedSo ? name.slice(0, -(hash.length + 1)) : undefined
}

/** The name that a workload of the kind has, if it is the one that the pod belongs to. */
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

/** A workload that controls the pod itself before one that controls it through another object. */
const directFirst = (a: WorkloadKindDefinition, b: WorkloadKindDefinition): number =>
  Number(b.owner.by === 'reference') - Number(a.owner.by === 'reference')

/**
 * Workloads that the pod can belong to, most exact first, from the pod alone. An owner counts by apiVersion and kind:
 * a ReplicaSet of another API group is no Deployment's.
 */
export const ownerCandidates = (pod: Pod, kinds: WorkloadKinds = WORKLOAD_KINDS): WorkloadRef[] => {
  const controller = controllerOf(pod)
  if (!controller) return []
  return kinds.toSorted(directFirst).flatMap((definition) => {
    const name = workloadName(definition, controller, pod)
    return name === undefined ? [] : [{ apiVersion: workloadApiVersion(definition), kind: definition.kind, name }]
  })
}
