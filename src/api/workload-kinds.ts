/** Kinds of workloads that can be instrumented, in one table. A new kind is one entry. */
import type { KubeObject, PodTemplate } from './kubernetes.ts'
import { asFields } from './types/fields.ts'

/** An object between a workload and its pods, which controls the pods. */
interface Intermediate {
  apiVersion: string
  kind: string
  /** Resource attribute with its name. */
  attribute: string
}

/** How the workload of a pod is found. */
export type OwnerRule =
  /** The workload controls the pod itself. */
  | { by: 'reference' }
  /** A ReplicaSet controls the pod. Its name consists of that of the workload and the template hash, a label of the pod. */
  | { by: 'template-hash'; through: Intermediate; label: string }
  /** An object that the workload created controls the pod. Its name is that of the workload with a matching suffix. */
  | { by: 'name'; through: Intermediate; suffix: RegExp }

/** Status fields with numbers of pods. */
export interface ReplicaFields {
  /** If absent, `spec.replicas` is used. */
  desired?: string
  ready: string
  /** Of the current revision. */
  updated: string
  total: string
}

export interface WorkloadKindDefinition {
  kind: string
  group: string
  version: string
  /** Name of the resource in paths and in RBAC rules. */
  plural: string
  /** Path of the pod template in an object. */
  template: readonly string[]
  owner: OwnerRule
  /** Resource attribute with the workload's name (OpenTelemetry semantic conventions). */
  attribute: string
  /** Whether a change of the template replaces pods; workloads of other kinds get their agent at the next run. */
  isRestartable: boolean
  /** See `isOneOff`. */
  isOneOff?: true
  /** Whether it replaces pods one by one, each after the previous one is ready, and can exclude some (partition). */
  isOrdered?: true
  replicas?: ReplicaFields
}

const APPS = { group: 'apps', version: 'v1', template: ['spec', 'template'], isRestartable: true } as const
const BATCH = { group: 'batch', version: 'v1', isRestartable: false } as const

const REPLICAS = { ready: 'readyReplicas', updated: 'updatedReplicas', total: 'replicas' }

export const WORKLOAD_KINDS = [
  {
    ...APPS,
    kind: 'Deployment',
    plural: 'deployments',
    owner: {
      by: 'template-hash',
      through: { apiVersion: 'apps/v1', kind: 'ReplicaSet', attribute: 'k8s.replicaset.name' },
      label: 'pod-template-hash',
    },
    attribute: 'k8s.deployment.name',
    replicas: REPLICAS,
  },
  {
    ...APPS,
    kind: 'StatefulSet',
    plural: 'statefulsets',
    owner: { by: 'reference' },
    attribute: 'k8s.statefulset.name',
    isOrdered: true,
    replicas: REPLICAS,
  },
  {
    ...APPS,
    kind: 'DaemonSet',
    plural: 'daemonsets',
    owner: { by: 'reference' },
    attribute: 'k8s.daemonset.name',
    replicas: {
      desired: 'desiredNumberScheduled',
      ready: 'numberReady',
      updated: 'updatedNumberScheduled',
      total: 'currentNumberScheduled',
    },
  },
  {
    ...BATCH,
    kind: 'CronJob',
    plural: 'cronjobs',
    template: ['spec', 'jobTemplate', 'spec', 'template'],
    owner: {
      by: 'name',
      through: { apiVersion: 'batch/v1', kind: 'Job', attribute: 'k8s.job.name' },
      // The controller appends the scheduled time, in minutes since 1970, to the name of a Job. Those of 2021 to 2046 are
      // no dates such as 20261126, which users append.
      suffix: /-(?:2[7-9]|3\d)\d{6}$/,
    },
    attribute: 'k8s.cronjob.name',
  },
  {
    ...BATCH,
    kind: 'Job',
    plural: 'jobs',
    template: ['spec', 'template'],
    owner: { by: 'reference' },
    attribute: 'k8s.job.name',
    isOneOff: true,
  },
] as const satisfies readonly WorkloadKindDefinition[]

export type WorkloadKinds = readonly WorkloadKindDefinition[]
type Entry = (typeof WORKLOAD_KINDS)[number]
export type WorkloadKind = Entry['kind']

export const workloadKind = (kind: string, kinds: WorkloadKinds = WORKLOAD_KINDS): WorkloadKindDefinition | undefined =>
  kinds.find((each) => each.kind === kind)

export const workloadApiVersion = ({ group, version }: Pick<WorkloadKindDefinition, 'group' | 'version'>): string =>
  `${group}/${version}`

export const isRestartable = (kind: string, kinds: WorkloadKinds = WORKLOAD_KINDS): boolean =>
  workloadKind(kind, kinds)?.isRestartable === true

/** Whether it runs once to completion, so that opting it in or out in the UI would have no effect. */
export const isOneOff = (kind: string, kinds: WorkloadKinds = WORKLOAD_KINDS): boolean =>
  workloadKind(kind, kinds)?.isOneOff === true

/** The kind whose objects create objects of this kind, as CronJobs create Jobs. */
export const parentKind = (kind: string, kinds: WorkloadKinds = WORKLOAD_KINDS): WorkloadKindDefinition | undefined =>
  kinds.find(({ owner }) => owner.by !== 'reference' && owner.through.kind === kind)

/** The template of the pods of a workload. */
export const podTemplateOf = (object: KubeObject, kinds: WorkloadKinds = WORKLOAD_KINDS): PodTemplate | undefined => {
  const path = workloadKind(object.kind, kinds)?.template
  return path?.reduce<unknown>((value, field) => asFields(value)[field], object) as PodTemplate | undefined
}

/** Resource attribute with the name of the controller of a pod, if that is between the pod and its workload. */
export const intermediateAttribute = (kind: string, kinds: WorkloadKinds = WORKLOAD_KINDS): string | undefined => {
  const parent = parentKind(kind, kinds)
  return parent && parent.owner.by !== 'reference' ? parent.owner.through.attribute : undefined
}

/** Numbers of pods; `isObserved` where they are about the latest change. */
export interface ReplicaCounts {
  desired: number
  ready: number
  /** Of the current revision. */
  updated: number
  total: number
  isObserved: boolean
}

const asNumber = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** Replica counts of a workload, by the names that its kind uses for them; `undefined` for kinds that have none. */
export const replicaCounts = (object: KubeObject, kinds: WorkloadKinds = WORKLOAD_KINDS): ReplicaCounts | undefined => {
  const fields = workloadKind(object.kind, kinds)?.replicas
  if (!fields) return undefined
  const { replicas } = asFields(object['spec'])
  const specified = typeof replicas === 'number' ? replicas : 1
  const status = asFields(object['status'])
  return {
    desired: fields.desired === undefined ? specified : asNumber(status[fields.desired]),
    ready: asNumber(status[fields.ready]),
    updated: asNumber(status[fields.updated]),
    total: asNumber(status[fields.total]),
    isObserved: asNumber(status['observedGeneration']) >= (object.metadata.generation ?? 0),
  }
}
