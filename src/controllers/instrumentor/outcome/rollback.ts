/** The withdrawal of a workload's agents: when it is made, how long it holds, and what ends it. Pure. */
import { createHash } from 'node:crypto'
import type { InstrumentationConfig, Rollback } from '../../../api/kinds/instrumentation-config.ts'
import { OVERRIDE_ANNOTATIONS, OWN_SDK_LABEL } from '../../../api/names.ts'
import { rfc3339 } from '../../../api/time.ts'
import { shortMessage } from '../../../api/types/container.ts'
import { isImageUnavailable, isPassing, wholeRollback } from '../../../api/types/outcome.ts'
import { AGENT_DEFINITIONS } from '../../../inject/agents/index.ts'
import { agentSettings } from '../decision/agent-settings.ts'
import type { Observed } from '../observed.ts'
import type { Harm, RollbackState } from './harm.ts'
import { harmedContainers, partialRollback, withOnly } from './partial-rollback.ts'

/** Annotation of a rollback in the previous version, which is migrated to `spec.rollback`. */
const OLD_ANNOTATION = 'odigos.io/rolled-back'

/** The rollback that was made, or undefined; a user removes `spec.rollback` to try again. */
export const rollbackIn = (
  config: InstrumentationConfig | undefined,
): (Omit<Rollback, 'time'> & { time?: string }) | undefined => {
  const old = config?.metadata.annotations?.[OLD_ANNOTATION]
  return config?.spec.rollback ?? (old === undefined ? undefined : { message: old })
}

type FingerprintInput = Pick<Observed, 'workload' | 'namespace' | 'settings' | 'rules' | 'agentImages' | 'triesPods'>

/**
 * What a rollback is about. It covers what users and a release of ours decide, and nothing that a detector finds: that
 * is not looked for while the agents are withdrawn.
 */
export const rollbackFingerprint = (
  { workload, namespace, settings, rules, agentImages, triesPods }: FingerprintInput,
  reason?: string,
): string => {
  const subject = { namespaceLabels: namespace.labels ?? {}, workloadLabels: workload.metadata.labels ?? {} }
  const about = [
    workload.containers.map(({ name, image, entry }) => [name, image, entry]),
    agentImages,
    settings.agentDelivery,
    namespace.labels?.[OWN_SDK_LABEL] ?? null,
    Object.values(OVERRIDE_ANNOTATIONS).map((name) => workload.metadata.annotations?.[name] ?? null),
    // An agent for which no rule sets anything changes nothing.
    Object.values(AGENT_DEFINITIONS).flatMap(({ name, language }) =>
      agentSettings({ ...subject, language, agent: name }, rules).variables.map((variable) => [
        name,
        variable.name,
        variable.value,
      ]),
    ),
    // Admission looks at all of a pod, by rules that labels of the namespace select. It is tried without harm.
    ...(triesPods && reason === 'AdmissionRefused' ? [workload.template, namespace.labels ?? {}] : []),
  ]
  return createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 16)
}

/**
 * A registry, or the way to it, is mended without a change of ours, and so is a policy or quota; each time in a row that it
 * was not, the wait doubles.
 */
const FIRST_RETRY_MS = 3_600_000
const LAST_RETRY_MS = 24 * FIRST_RETRY_MS

/** When a rollback ends by the passage of time alone (ms); undefined where it does not. */
export const rollbackEndsMs = ({ config, triesPods }: Pick<Observed, 'config' | 'triesPods'>): number | undefined => {
  const rollback = config?.spec.rollback
  // Without a trial, the next attempt would be at the expense of pods that are needed.
  const isForTime = triesPods ? isPassing(rollback) : isImageUnavailable(rollback)
  if (!isForTime || rollback?.fingerprint === undefined) return undefined
  const failed = config?.status?.withAgent?.failedPulls ?? 1
  return Date.parse(rollback.time) + Math.min(FIRST_RETRY_MS * 2 ** (failed - 1), LAST_RETRY_MS)
}

type RollbackInput = FingerprintInput & Pick<Observed, 'config' | 'nowMs'>

/** What a rollback of one container is about. */
const containerFingerprint = (input: FingerprintInput, container: string): string =>
  rollbackFingerprint({ ...input, workload: withOnly(input.workload, container) })

/** The rollback that was made, where it holds still; of several containers each by itself. */
export const heldRollback = (input: RollbackInput): ReturnType<typeof rollbackIn> => {
  const before = rollbackIn(input.config)
  if (before?.containers) {
    const { workload } = input
    const held = before.containers.filter(
      ({ name, fingerprint }) =>
        workload.containers.some((container) => container.name === name) &&
        (fingerprint ?? containerFingerprint(input, name)) === containerFingerprint(input, name),
    )
    return partialRollback(held)
  }
  if (before?.fingerprint === undefined) return before
  const isOver = input.nowMs >= (rollbackEndsMs(input) ?? Number.POSITIVE_INFINITY)
  return isOver || before.fingerprint !== rollbackFingerprint(input, before.reason) ? undefined : before
}

/** Why a container has no agent because of a rollback; undefined where it may have one. */
export const withdrawalOf = (
  rollback: ReturnType<typeof rollbackIn>,
  container: string,
): Pick<Rollback, 'message' | 'reason'> | undefined =>
  rollback?.containers ? rollback.containers.find(({ name }) => name === container) : rollback

/** The rollback with what a harm adds to it. */
const extended = (observed: Observed, held: Rollback | undefined, harm: Harm): Rollback | undefined => {
  const known = held?.containers ?? []
  const { reason } = harm
  const cause = { message: shortMessage(harm.message), time: rfc3339(observed.nowMs), reason }
  const withdrawn = known.map(({ name }) => name)
  const harmed = harmedContainers(observed, harm, withdrawn)
  if (harmed === 'none') return held
  if (harmed === 'all') return { ...cause, fingerprint: rollbackFingerprint(observed, reason) }
  const added = harmed.map((name) => ({ name, ...cause, fingerprint: containerFingerprint(observed, name) }))
  return partialRollback([...known, ...added])
}

/** The rollback that holds: the one before, where it is still about the same, or a new one. */
export const rollbackNow = (observed: Observed, harm: Harm | undefined): Rollback | undefined => {
  const before = heldRollback(observed)
  const held = before && { time: rfc3339(observed.nowMs), ...before, message: shortMessage(before.message) }
  if (wholeRollback(held) || !harm || harm.isPast) return held
  return extended(observed, held, harm)
}

/** What the status says of a rollback. */
export const rollbackState = (rollback: Rollback | undefined, harm: Harm | undefined): RollbackState => ({
  rolledBack: wholeRollback(rollback)?.message,
  partly: rollback?.containers && rollback.message,
  reason: rollback?.reason ?? 'RolledBack',
  harm,
})
