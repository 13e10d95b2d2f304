/** Whether agents harm the pods that have them: pods with an agent that do worse than those without. Pure. */
import type { InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../../../api/kinds/odigos-config.ts'
import type { PodView } from '../watch/pod-view.ts'
import { hasAgent, isAlive } from '../watch/pod-view.ts'
import { addedHarm } from './added-container.ts'
import { containerHarm } from './application.ts'
import { bareOf, equippedOf } from './baseline.ts'
import type { Comparison, Harm, HarmRule } from './harm.ts'
import { CRASHES, DAY_SECONDS, isStuck } from './harm.ts'
import { proofOf, provenSeconds, windowSeconds } from './proof.ts'
import { readinessHarm } from './readiness.ts'
import { runHarm } from './runs.ts'
import { isHealthyPod } from './twins.ts'

/** In the order of what is told first. */
const RULES: readonly HarmRule[] = [addedHarm, runHarm, containerHarm, readinessHarm]

/** Whether a pod may have to be rolled back when some more time has passed. */
export const isSuspicious = (pod: PodView): boolean =>
  isAlive(pod) && (!isHealthyPod(pod) || pod.added.some((each) => isStuck(each) || each.ended?.exitCode))

/** A pod that was harmed, also in a moment in which it runs: after a rollback it is still to be replaced. */
export const harmedPod = (pods: readonly PodView[]): string | undefined =>
  pods.find(
    (pod) =>
      isAlive(pod) &&
      hasAgent(pod) &&
      ([...pod.containers, ...pod.added].some(isStuck) ||
        pod.readiness?.isReady === false ||
        [...pod.containers, ...pod.added].some(({ restartCount = 0 }) => restartCount >= CRASHES)),
  )?.metadata.name

export interface OutcomeInput {
  pods: readonly PodView[]
  config: InstrumentationConfig | undefined
  settings: OdigosConfigSpec
  nowMs: number
  /** Images of all agents of this release. */
  agentImages: readonly string[]
}

const comparisonOf = (input: OutcomeInput, afterSeconds: number): Comparison => {
  const { pods, config, nowMs } = input
  const window = windowSeconds(input)
  const proven = provenSeconds(input)
  return {
    bare: bareOf(pods),
    equipped: equippedOf(input),
    remembered: config?.status?.withoutAgent,
    isProven: (pod) => proven(pod) > window,
    isMemoryProven: (pod) => proven(pod) > Math.max(window, DAY_SECONDS),
    runsWith: (pod) => proofOf(pod, config),
    afterSeconds,
    nowMs,
  }
}

/** Others rewrite the registry of images, for a mirror. */
const nameAndTag = (image: string): string => image.replace(/^.*\//, '')

const firstHarm = (pods: readonly PodView[], comparison: Comparison): Harm | undefined => {
  for (const rule of RULES)
    for (const pod of pods) {
      const verdict = rule(pod, comparison)
      if (verdict) return { ...verdict, pod: pod.metadata.name }
    }
  return undefined
}

/** The harm because of which the agents of a workload must be removed, or its pods replaced; `undefined` where there is none. */
export const findHarm = (input: OutcomeInput): Harm | undefined => {
  const afterSeconds = input.settings.rollout?.rollbackAfterSeconds ?? 60
  if (afterSeconds === 0) return undefined
  const comparison = comparisonOf(input, afterSeconds)
  const current = new Set(input.agentImages.map(nameAndTag))
  const isOfNow = (pod: PodView): boolean => (pod.agentImages ?? []).every((image) => current.has(nameAndTag(image)))
  const harm = firstHarm(comparison.equipped.filter(isOfNow), comparison)
  if (harm) return harm
  const past = firstHarm(
    comparison.equipped.filter((pod) => !isOfNow(pod)),
    comparison,
  )
  return past && { ...past, isPast: true }
}
