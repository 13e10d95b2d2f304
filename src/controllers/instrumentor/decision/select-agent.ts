import type { KnownContainer, Rollback } from '../../../api/kinds/instrumentation-config.ts'
import { OWN_SDK_LABEL } from '../../../api/names.ts'
import type { Reason } from '../../../api/reasons.ts'
import { CONTAINER_BOUNDS, splitPrint } from '../../../api/types/container.ts'
import type { AgentDefinition } from '../../../inject/agents/agent.ts'
import type { AgentRegistry } from '../../../inject/agents/index.ts'
import { AGENT_DEFINITIONS, agentForLanguage, isTooOld } from '../../../inject/agents/index.ts'
import type { KnownContainerDetection } from '../detection/known-detections.ts'
import type { Overrides } from './overrides.ts'
import { isWithheld } from '../detection/runtime-env.ts'

export interface AgentQuestion {
  container: string
  /** Fingerprint of what was inspected, where something was. */
  image?: string | undefined
  /** That image as its pod named it. */
  imageReference?: string | undefined
  detection?: KnownContainerDetection | undefined
  /** Variables that the container sets itself, see `ownVariables`. */
  variables?: readonly string[]
  /** Why there is no detection yet. */
  pending: { reason: Reason; message: string }
  overrides: Overrides
  /** Whether SDKs that applications bring are to be configured, see `OWN_SDK_LABEL`. */
  configuresOwnSdk?: boolean
  isIgnored: boolean
  rolledBack?: Pick<Rollback, 'message' | 'reason'> | undefined
}

/** Why the agent cannot be added: it would replace an unknown value. */
const hiddenHook = (agent: AgentDefinition, { detection, variables }: AgentQuestion): string | undefined => {
  if (agent.delivery !== 'files' || !detection) return undefined
  const { name } = agent.hook
  if (variables?.includes(name) || !isWithheld(detection, name)) return undefined
  return `${name} may come from a Secret in envFrom, so its value is not read: set it in env`
}

interface Selected {
  decision: KnownContainer
  agent?: AgentDefinition
}
type Decide = (reason: Reason, message: string, agent?: AgentDefinition) => Selected

/** A user's choice overrides detection, but an agent beside the container requires the program to attach to. */
const byUser = (
  agent: AgentDefinition | undefined,
  detection: KnownContainerDetection | undefined,
  decide: Decide,
): Selected => {
  if (!agent) return decide('NotSupported', 'an annotation specifies a language that no agent instruments')
  if (agent.delivery === 'sidecar' && !detection?.executable) {
    return decide(detection ? 'DetectionFailed' : 'NotDetectedYet', 'the program to attach to is unknown')
  }
  const what =
    agent.delivery === 'configuration'
      ? "configuration for the application's own SDK"
      : `the agent for ${agent.language}`
  return decide('OverriddenByUser', `an annotation selects ${what}`, agent)
}

const byDetection = (detection: KnownContainerDetection, decide: Decide, agents: AgentRegistry): Selected => {
  const { language, runtimeVersion } = detection
  const agent = language && agentForLanguage(language, agents)
  if (!agent) return decide('NotSupported', `there is no agent for ${language ?? 'the container'}`)
  if (runtimeVersion && isTooOld(runtimeVersion, agent)) {
    return decide('RuntimeNotSupported', `${language} ${runtimeVersion} is older than ${agent.oldest.join('.')}`)
  }
  return decide('AgentSelected', `${language} ${runtimeVersion ?? ''}`.trim(), agent)
}

const isEmpty = (fact: unknown): boolean => !fact || (Array.isArray(fact) && fact.length === 0)

/** What was detected, without what is empty. */
const detectedFacts = ({ detection, image, imageReference }: AgentQuestion): Partial<KnownContainer> => {
  if (!detection) return {}
  const { language, runtimeVersion, libc, confidence, evidence, executable, firstProcess, runtimeEnv, measured } =
    detection
  const facts = {
    language,
    runtimeVersion,
    libc,
    confidence,
    evidence: evidence?.slice(0, CONTAINER_BOUNDS.evidence),
    executable,
    firstProcess,
    runtimeEnv,
    measured,
    image: imageReference,
  }
  const known = Object.fromEntries(Object.entries(facts).filter(([, fact]) => !isEmpty(fact)))
  return { ...(known as Partial<KnownContainer>), ...(image ? splitPrint(image) : {}) }
}

/** What a user configured for the container; undefined where that is left to detection. */
const byConfiguration = (
  { isIgnored, overrides, detection }: AgentQuestion,
  decide: Decide,
  agents: AgentRegistry,
): Selected | undefined => {
  if (isIgnored) return decide('IgnoredContainer', 'the container is listed in ignoredContainers')
  if (overrides.problem) return decide('InvalidAnnotation', overrides.problem)
  if (overrides.agent === 'none') return decide('OverriddenByUser', 'an annotation selects no agent')
  if (overrides.agent) return byUser(agents[overrides.agent], detection, decide)
  return overrides.language && byUser(agentForLanguage(overrides.language, agents), detection, decide)
}

const select = (question: AgentQuestion, agents: AgentRegistry): Selected => {
  const facts = detectedFacts(question)
  const decide: Decide = (reason, message, agent) => ({
    decision: { name: question.container, ...facts, reason, message },
    ...(agent ? { agent } : {}),
  })
  const { detection, pending } = question
  const configured = byConfiguration(question, decide, agents)
  if (configured) return configured
  if (!detection) return decide(pending.reason, pending.message)
  if (detection.reason === 'OwnSdk' && question.configuresOwnSdk) {
    return decide(
      'AgentSelected',
      `label ${OWN_SDK_LABEL} of the namespace: the application's own SDK is configured`,
      agents['sdk-config'],
    )
  }
  if (detection.reason !== 'Detected') return decide(detection.reason, detection.message ?? '')
  return byDetection(detection, decide, agents)
}

/** The agent for one container, or the reason for none. Of an agent that was rolled back only the reason is left. */
export const selectAgent = (question: AgentQuestion, agents: AgentRegistry = AGENT_DEFINITIONS): KnownContainer => {
  const { agent, decision } = select(question, agents)
  if (!agent) return decision
  const hidden = hiddenHook(agent, question)
  if (hidden) return { ...decision, reason: 'EnvironmentConflict', message: hidden }
  if (!question.rolledBack) return { ...decision, agent: agent.name }
  return { ...decision, reason: question.rolledBack.reason ?? 'RolledBack', message: question.rolledBack.message }
}
