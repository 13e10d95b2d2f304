/** The withdrawal of the agents of some containers, while the others of the pod keep theirs. Pure. */
import type { Rollback } from '../../../api/kinds/instrumentation-config.ts'
import { OVERRIDE_ANNOTATIONS } from '../../../api/names.ts'
import { shortMessage } from '../../../api/types/container.ts'
import type { ContainerRollback } from '../../../api/types/outcome.ts'
import { valueFor } from '../decision/overrides.ts'
import type { Observed } from '../observed.ts'
import { injectedHash } from '../watch/pod-view.ts'
import type { WorkloadView } from '../watch/workload-view.ts'
import type { Harm } from './harm.ts'

/** The workload as if it had only this container, with what annotations say of it. */
export const withOnly = (workload: WorkloadView, container: string): WorkloadView => {
  const annotations = workload.metadata.annotations ?? {}
  const ofContainer = Object.values(OVERRIDE_ANNOTATIONS).flatMap((name) => {
    const value = valueFor(annotations[name], container)
    return value === undefined ? [] : [[name, value]]
  })
  return {
    ...workload,
    containers: workload.containers.filter(({ name }) => name === container),
    metadata: { ...workload.metadata, annotations: Object.fromEntries(ofContainer) as Record<string, string> },
  }
}

/** The rollback of these containers; undefined where there are none. */
export const partialRollback = (containers: readonly ContainerRollback[]): Rollback | undefined => {
  const [first, ...others] = containers
  if (!first) return undefined
  return {
    message: shortMessage(containers.map(({ message }) => message).join('; ')),
    time: others.reduce((latest, { time }) => (time > latest ? time : latest), first.time),
    ...(first.reason ? { reason: first.reason } : {}),
    containers: [...containers],
  }
}

/** Whether the pod was created by the decision that is in force, so that what it suffers is news. */
const isCurrent = ({ pods, config, currentHash }: Observed, name: string): boolean =>
  config !== undefined &&
  pods.some((pod) => pod.metadata.name === name && injectedHash(pod) === currentHash(config.spec))

/**
 * The containers whose agents a harm is about, beside those without one already; `all` where that cannot be told, or no
 * container would keep an agent; `none` where only pods show it that are being replaced.
 */
export const harmedContainers = (
  observed: Observed,
  { pod, containers }: Harm,
  withdrawn: readonly string[],
): string[] | 'all' | 'none' => {
  if (!containers) {
    const isOld = withdrawn.length > 0 && pod !== undefined && !isCurrent(observed, pod)
    return isOld ? 'none' : 'all'
  }
  const told = containers.filter((name) => !withdrawn.includes(name))
  const kept = (observed.config?.spec.containers ?? []).filter(
    ({ name, agent }) => agent && !told.includes(name) && !withdrawn.includes(name),
  )
  if (told.length === 0) return 'none'
  return kept.length > 0 ? told : 'all'
}
