/** What happens to the user's containers of a pod with an agent, against those of pods without. */
import type { ContainerView, PodView } from '../watch/pod-view.ts'
import { injectedContainers, isAlive } from '../watch/pod-view.ts'
import { isFailedRun } from './baseline.ts'
import type { Comparison, HarmRule, Verdict } from './harm.ts'
import { ageSeconds, CRASHES, DAY_SECONDS, isLooping, onlySufferer, perDay } from './harm.ts'
import { hasWellTwin, isHealthyPod } from './twins.ts'

/** Reasons for which a container cannot be created or run with what was added to it. */
const NOT_STARTED: readonly string[] = ['CreateContainerError', 'RunContainerError', 'PostStartHookError']
/** Kubelets wait longer after each restart: of the third one they would not decide soon. */
const START_SECONDS = 600
/** Memory kills in pods with the agent after which it is the cause, where pods without it have none. */
const MEMORY_KILLS = 2

const namesake = (pod: PodView, name: string): ContainerView | undefined =>
  pod.containers.find((container) => container.name === name)

const namesakes = (pods: readonly PodView[], name: string): ContainerView[] =>
  pods.flatMap((pod) => namesake(pod, name) ?? [])

/** Whether a healthy pod without an agent runs the same images. */
const hasHealthyPeer = (pod: PodView, { bare }: Comparison): boolean =>
  bare.some(
    (peer) =>
      isHealthyPod(peer) &&
      pod.containers.every(({ name, imageReference }) => namesake(peer, name)?.imageReference === imageReference),
  )

/** Whether what happens to a container can come from the agent: it has one, or shares processes with one that has. */
const isExposed = (pod: PodView, { name }: ContainerView, comparison: Comparison): boolean =>
  injectedContainers(pod).get(name)?.agent !== undefined ||
  pod.sharesProcesses === true ||
  hasHealthyPeer(pod, comparison)

/** Whether the container is restarted about as often without an agent. */
const crashesAnyway = ({ name, restartCount }: ContainerView, pod: PodView, comparison: Comparison): boolean => {
  const { bare, remembered, nowMs } = comparison
  const half = perDay(restartCount, pod, nowMs) / 2
  return (
    namesakes(bare, name).some(({ waitingReason }) => waitingReason === 'CrashLoopBackOff') ||
    bare.some((peer) => perDay(namesake(peer, name)?.restartCount ?? 0, peer, nowMs) >= half) ||
    (bare.length === 0 && (remembered?.restartsPerDay ?? 0) >= half)
  )
}

/** Whether pods without an agent are known not to be restarted. */
const isCalmWithout = ({ bare, remembered, nowMs, afterSeconds }: Comparison): boolean => {
  const alive = bare.filter((pod) => isAlive(pod) && ageSeconds(pod, nowMs) >= afterSeconds)
  if (alive.length === 0) return remembered?.restartsPerDay === 0
  return alive.every((pod) => isHealthyPod(pod) && pod.containers.every(({ restartCount }) => restartCount === 0))
}

/** Restarts that are enough: one fewer in a new pod, where pods without an agent have none. */
const enoughCrashes = (pod: PodView, comparison: Comparison): number =>
  ageSeconds(pod, comparison.nowMs) <= START_SECONDS && isCalmWithout(comparison) ? CRASHES - 1 : CRASHES

type ContainerRule = (container: ContainerView, pod: PodView, comparison: Comparison) => string | undefined

const isMemoryKilled = ({ ended }: ContainerView): boolean => ended?.reason === 'OOMKilled'

/** Kubernetes tells the last ending of a container, and while it is ended, the one before. */
const knownKills = (container: ContainerView | undefined): number => {
  if (!container || !isMemoryKilled(container)) return 0
  return container.ended?.reasonBefore === 'OOMKilled' ? 2 : 1
}

const memoryKills: ContainerRule = (container, _pod, { bare, equipped, remembered, nowMs }) => {
  if (!isMemoryKilled(container) || namesakes(bare, container.name).some(isMemoryKilled)) return undefined
  if (remembered?.memoryKilled && bare.length === 0) return undefined
  const kills = equipped
    .filter((each) => ageSeconds(each, nowMs) <= DAY_SECONDS)
    .reduce((sum, each) => sum + knownKills(namesake(each, container.name)), 0)
  return kills < MEMORY_KILLS ? undefined : `was killed ${kills} times because it ran out of memory`
}

const crashes: ContainerRule = (container, pod, comparison) => {
  const { restartCount, waitingReason } = container
  if (crashesAnyway(container, pod, comparison)) return undefined
  const enough = enoughCrashes(pod, comparison)
  if (waitingReason === 'CrashLoopBackOff' && restartCount >= enough) return 'has crashed repeatedly'
  if (!isLooping(restartCount, pod, comparison.nowMs, enough)) return undefined
  return `has been restarted ${restartCount} times`
}

const notStarted: ContainerRule = ({ name, waitingReason = '' }, pod, comparison) => {
  const isOfUsers = waitingReason === 'CreateContainerConfigError' && hasHealthyPeer(pod, comparison)
  if (!NOT_STARTED.includes(waitingReason) && !isOfUsers) return undefined
  const isSameWithout = namesakes(comparison.bare, name).some((each) => each.waitingReason === waitingReason)
  return isSameWithout ? undefined : `waits: ${waitingReason}`
}

/** Memory is used by one pod as by another only if both do the same work, so that no other pod is asked. */
const memoryHarm: ContainerRule = (container, pod, comparison) =>
  comparison.isMemoryProven(pod) ? undefined : memoryKills(container, pod, comparison)

const crashHarm: ContainerRule = (container, pod, comparison) => {
  if (comparison.isProven(pod) || hasWellTwin(pod, comparison)) return undefined
  return crashes(container, pod, comparison) ?? notStarted(container, pod, comparison)
}

const CONTAINER_RULES: readonly ContainerRule[] = [memoryHarm, crashHarm]

const found = (container: ContainerView, pod: PodView, what: string): Verdict => {
  const hasOwn = injectedContainers(pod).get(container.name)?.agent !== undefined
  const since = hasOwn ? 'since the agent was added' : 'since an agent was added beside it'
  const message = `container ${container.name} of pod ${pod.metadata.name} ${what} ${since}`
  return { reason: 'RolledBack', message, ...onlySufferer(pod, [container]) }
}

export const containerHarm: HarmRule = (pod, comparison) => {
  if (ageSeconds(pod, comparison.nowMs) < comparison.afterSeconds || isFailedRun(pod)) return undefined
  for (const container of pod.containers.filter((each) => isExposed(pod, each, comparison))) {
    const what = CONTAINER_RULES.map((rule) => rule(container, pod, comparison)).find((each) => each !== undefined)
    if (what !== undefined) return found(container, pod, what)
  }
  return undefined
}
