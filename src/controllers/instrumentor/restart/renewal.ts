/**
 * Runs of Jobs that stand still behind a container of ours: with `concurrencyPolicy: Forbid` no other run would start. Such
 * a Job is suspended, which removes its pods without counting them as failed, and resumed: the new pod has no agent. Pure.
 */
import { RENEWAL_ANNOTATION } from '../../../api/names.ts'
import type { Step, Subject } from '../../actions/action.ts'
import { actionId, subjectOf } from '../../actions/action.ts'
import type { PodView } from '../watch/pod-view.ts'
import { hasAgent, isAlive } from '../watch/pod-view.ts'
import type { WorkloadView } from '../watch/workload-view.ts'
import { isStuck } from '../outcome/harm.ts'

export interface RenewAction {
  do: 'renew'
  /** The Job. */
  about: Subject
  isSuspended: boolean
  /** Value of the annotation, so that each Job is renewed once, also by a process that starts in between. */
  progress: 'suspended' | 'resumed'
}

/** Another controller decides when a Job of such a queue runs. */
const QUEUE_LABEL = 'kueue.x-k8s.io/queue-name'

const podsOf = (job: WorkloadView, pods: readonly PodView[]): PodView[] =>
  pods.filter(({ metadata }) =>
    (metadata.ownerReferences ?? []).some(({ kind, uid }) => kind === job.kind && uid === job.metadata.uid),
  )

/** Whether the pod waits for a container of ours, and nothing of the user's has run in it. */
const isStuckPod = (pod: PodView): boolean =>
  isAlive(pod) && hasAgent(pod) && pod.added.some(isStuck) && pod.containers.every(({ containerId }) => !containerId)

const renew = (job: WorkloadView, isSuspended: boolean): RenewAction => ({
  do: 'renew',
  about: subjectOf(job),
  isSuspended,
  progress: isSuspended ? 'suspended' : 'resumed',
})

const renewalOf = (job: WorkloadView, pods: readonly PodView[], isRolledBack: boolean): RenewAction | undefined => {
  const progress = job.metadata.annotations?.[RENEWAL_ANNOTATION]
  const own = podsOf(job, pods)
  if (job.isSuspended) return progress === 'suspended' && !own.some(isAlive) ? renew(job, false) : undefined
  const isFree = progress === undefined && job.metadata.labels?.[QUEUE_LABEL] === undefined
  return isRolledBack && isFree && own.some(isStuckPod) ? renew(job, true) : undefined
}

export interface RenewalInput {
  /** The Jobs of the workload: itself, or those of a CronJob. */
  jobs: readonly WorkloadView[]
  pods: readonly PodView[]
  isRolledBack: boolean
}

export const renewals = ({ jobs, pods, isRolledBack }: RenewalInput): RenewAction[] =>
  jobs.flatMap((job) => renewalOf(job, pods, isRolledBack) ?? [])

/** What the runner of actions needs to know of a renewal. */
export const renewStep = ({ about, progress }: RenewAction): Step => ({
  id: actionId('renew', about),
  do: 'renew',
  title: `renewal of ${about.kind} ${about.metadata.name}`,
  about,
  fingerprint: progress,
})

export const renewPatch = ({ isSuspended, progress }: RenewAction): object => ({
  metadata: { annotations: { [RENEWAL_ANNOTATION]: progress } },
  spec: { suspend: isSuspended },
})
