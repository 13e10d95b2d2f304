/** Kinds of workloads that can be instrumented: all that is known of each, in one table. A new kind is one entry. */

/** An object between a pod and its workload, which controls the pod. */
interface Intermediate {
  apiVersion: string
  kind: string
  /** Resource attribute with its name. */
  attribute: string
}

/** How a pod leads back to its workload. */
export type OwnerRule =
  /** The workload controls the pod itself. */
  | { by: 'reference' }
  /** Its ReplicaSet controls the pod, named after it and the hash of the template, which is a label of the pod. */
  | { by: 'template-hash'; through: Intermediate; label: string }
  /** What it creates controls the pod, named after it and something that matches. */
  | { by: 'name'; through: Intermediate; suffix: RegExp }

/** Fields of the status with numbers of pods. */
export interface ReplicaFields {
  /** `spec.replicas` where absent. */
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
  /** Where the pod template is in an object. */
  template: readonly string[]
  owner: OwnerRule
  /** Resource attribute with the workload's name (OpenTelemetry semantic conventions). */
  attribute: string
  /** Whether a change of the template replaces pods; those of other kinds get their agent at the next run. */
  isRestartable: boolean
  /** See `isOneOff`. */
  isOneOff?: true
  /** Whether it replaces pods one by one, each only when the one before is ready, and can keep some back. */
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
      // The controller ends a Job's name in the scheduled time, in minutes since 1970 (seconds before 1.21).
      suffix: /-\d{8,10}$/,
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

/** Whether it ends by itself and is never run again, so that nothing is decided about it in the UI. */
export const isOneOff = (kind: string, kinds: WorkloadKinds = WORKLOAD_KINDS): boolean =>
  workloadKind(kind, kinds)?.isOneOff === true

/** The kind whose objects create objects of this kind, as CronJobs create Jobs. */
export const parentKind = (kind: string, kinds: WorkloadKinds = WORKLOAD_KINDS): WorkloadKindDefinition | undefined =>
  kinds.find(({ owner }) => owner.by !== 'reference' && owner.through.kind === kind)

/** Resource attribute with the name of what controls a pod, where that is between the pod and its workload. */
export const intermediateAttribute = (kind: string, kinds: WorkloadKinds = WORKLOAD_KINDS): string | undefined => {
  const parent = parentKind(kind, kinds)
  return parent && parent.owner.by !== 'reference' ? parent.owner.through.attribute : undefined
}
