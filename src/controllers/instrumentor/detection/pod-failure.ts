/** Why a detector pod reported nothing, in the kubelet's own words. Pure. */
import type { ContainerStatus, KubeObject, Pod } from '../../../api/kubernetes.ts'

/** Reasons for which a container of a detector pod waits in vain. */
const STUCK: readonly string[] = [
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]

const join = (reason: string | undefined, message: string | undefined): string | undefined =>
  reason && message ? `${reason}: ${message}` : reason || message || undefined

const statusOf = (pod: KubeObject): Pod['status'] => (pod as unknown as Pod).status

const waitingOf = ({ state }: ContainerStatus): string | undefined =>
  STUCK.includes(state?.waiting?.reason ?? '') ? join(state?.waiting?.reason, state?.waiting?.message) : undefined

const terminatedOf = ({ state }: ContainerStatus): string | undefined => {
  if (!state?.terminated) return undefined
  const { reason, exitCode } = state.terminated
  return exitCode === 0 ? 'its report is incomplete' : `${reason ?? 'Error'}, exit code ${exitCode}`
}

/** Whether a container of the pod waits for what will not happen. */
export const isStuck = (pod: KubeObject): boolean =>
  (statusOf(pod)?.containerStatuses ?? []).some((container) => waitingOf(container) !== undefined)

const PRESSURE: readonly string[] = ['PodScheduled', 'DisruptionTarget']

/** A pod that is evicted or preempted has the reason in a condition. */
const conditionOf = (status: Pod['status']): string | undefined => {
  const condition = status?.conditions?.find(
    ({ type, status: value }) => PRESSURE.includes(type) && value === (type === 'PodScheduled' ? 'False' : 'True'),
  )
  return join(condition?.['reason'] as string | undefined, condition?.['message'] as string | undefined)
}

/** Why a container of the pod reported nothing; undefined if its status does not tell. */
export const podFailure = (pod: KubeObject, container: string): string | undefined => {
  const status = statusOf(pod)
  const own = status?.containerStatuses?.find(({ name }) => name === container)
  return (
    (own && waitingOf(own)) ??
    join(status?.reason, status?.['message'] as string | undefined) ??
    conditionOf(status) ??
    (own && terminatedOf(own))
  )
}
