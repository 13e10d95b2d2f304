/** What the controllers of Kubernetes add to the pods of their kinds, beside the template. Pure. */
import type { KubeObject, PodSpec, Unknowns } from '../../api/kubernetes.ts'
import { asFields } from '../../api/types/fields.ts'

export interface ControllerFields {
  labels?: Record<string, string>
  finalizers?: string[]
  /** Replaces fields of the template's specification. */
  spec?: Partial<PodSpec>
}

/** In place of a hash that the controller computes. */
export const REVISION = 'bcdf4567'

interface ClaimTemplate extends Unknowns {
  metadata?: { name?: string }
}

/** A pod of a StatefulSet: it has the first name, whose claims replace volumes of the same names. */
const ofStatefulSet = ({ metadata, ...object }: KubeObject, { volumes = [] }: PodSpec): ControllerFields => {
  const { serviceName, volumeClaimTemplates } = asFields(object['spec'])
  const name = `${metadata.name}-0`
  const claims = ((volumeClaimTemplates ?? []) as ClaimTemplate[]).flatMap((claim) => claim.metadata?.name ?? [])
  const others = volumes.filter((volume) => !claims.includes(volume.name))
  const claimed = claims.map((claim) => ({
    name: claim,
    persistentVolumeClaim: { claimName: `${claim}-${name}` },
  }))
  return {
    labels: {
      'controller-revision-hash': `${metadata.name}-${REVISION}`.slice(-63).replace(/^[^a-zA-Z0-9]+/, ''),
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': '0',
    },
    spec: {
      hostname: name,
      ...(typeof serviceName === 'string' && serviceName !== '' ? { subdomain: serviceName } : {}),
      ...(claims.length > 0 ? { volumes: [...others, ...claimed] } : {}),
    },
  }
}

const TOLERATED = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
] as const

const ofDaemonSet = ({ metadata }: KubeObject, { tolerations, hostNetwork }: PodSpec): ControllerFields => {
  const taints = [...TOLERATED, ...(hostNetwork ? [['network-unavailable', 'NoSchedule'] as const] : [])]
  const added = taints.map(([taint, effect]) => ({ key: `node.kubernetes.io/${taint}`, operator: 'Exists', effect }))
  return {
    labels: {
      'controller-revision-hash': REVISION,
      'pod-template-generation': String(metadata.generation ?? 1),
    },
    spec: { tolerations: [...((tolerations ?? []) as object[]), ...added] },
  }
}

/** `job`: name and uid of the Job, which is not the workload where that is a CronJob. */
const ofJob = ({ name, uid }: { name: string; uid: string }): ControllerFields => ({
  labels: {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  },
  finalizers: ['batch.kubernetes.io/job-tracking'],
})

/** What the controller of a workload adds; nothing for a kind that is not known here. */
export const controllerFields = (
  object: KubeObject,
  spec: PodSpec,
  controller: { name: string; uid: string },
): ControllerFields => {
  switch (object.kind) {
    case 'StatefulSet':
      return ofStatefulSet(object, spec)
    case 'DaemonSet':
      return ofDaemonSet(object, spec)
    case 'Job':
    case 'CronJob':
      return ofJob(controller)
    default:
      return {}
  }
}
