import type { ContainerDecision } from '../../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../api/reasons.ts'
import type { Agent, Language } from '../../../api/vocabulary.ts'
import { filesRecipeOf } from '../../../inject/agents/index.ts'
import type { ContainerDetection } from '../../../api/detector-protocol.ts'
import type { Overrides } from './overrides.ts'
import { isWithheld } from '../detection/runtime-env.ts'

/** Which agent instruments a language, and the oldest runtime that it works with (see agents/README.md). */
const AGENT_OF: Partial<Record<Language, { agent: Agent; oldest: readonly [number, number] }>> = {
  nodejs: { agent: 'nodejs', oldest: [14, 0] },
  python: { agent: 'python', oldest: [3, 8] },
  java: { agent: 'java', oldest: [8, 0] },
  go: { agent: 'go-ebpf', oldest: [1, 19] },
}

const languageOf = (agent: Agent): Language =>
  (Object.entries(AGENT_OF) as [Language, { agent: Agent }][]).find(([, entry]) => entry.agent === agent)?.[0] ??
  'native'

export interface AgentQuestion {
  container: string
  /** Digest of the image that was looked at, where one was. */
  image?: string | undefined
  /** That image as its pod named it. */
  imageReference?: string | undefined
  detection?: ContainerDetection | undefined
  /** Variables that the container sets itself, see `ownVariables`. */
  variables?: readonly string[]
  /** Why there is no detection yet. */
  pending: { reason: Reason; message: string }
  overrides: Overrides
  isIgnored: boolean
  rolledBack?: string | undefined
}

/** Why the agent cannot be added: it would replace a value that is not known. */
const hiddenHook = (agent: Agent, { detection, variables }: AgentQuestion): string | undefined => {
  const recipe = filesRecipeOf(agent)
  if (!recipe || !detection) return undefined
  const { name } = recipe.hook
  if (variables?.includes(name) || !isWithheld(detection, name)) return undefined
  return `${name} may come from a Secret in envFrom, so its value is not read: set it in env`
}

type Decide = (reason: Reason, message: string, agent?: Agent) => ContainerDecision

/** A user's choice wins over detection, but an eBPF agent still has to be told which program to attach to. */
const byUser = (
  agent: Agent | undefined,
  detection: ContainerDetection | undefined,
  decide: Decide,
): ContainerDecision => {
  if (!agent) return decide('NotSupported', 'an annotation names a language that no agent instruments')
  if (agent === 'go-ebpf' && !detection?.executable) {
    return decide(detection ? 'DetectionFailed' : 'NotDetectedYet', 'the program to attach to is not known')
  }
  return decide('OverriddenByUser', `an annotation says: ${languageOf(agent)}`, agent)
}

/** Compares the first two numbers of a version; Java 8 calls itself 1.8. */
export const isOlder = (version: string, oldest: readonly [number, number]): boolean => {
  const numbers = (version.match(/\d+/g) ?? []).map(Number)
  const [first = 0, second = 0] = oldest[0] === 8 && numbers[0] === 1 ? numbers.slice(1) : numbers
  return first < oldest[0] || (first === oldest[0] && second < oldest[1])
}

const byDetection = (detection: ContainerDetection, decide: Decide): ContainerDecision => {
  const { language, runtimeVersion } = detection
  const known = language ? AGENT_OF[language] : undefined
  if (!known) return decide('NotSupported', `there is no agent for ${language ?? 'it'}`)
  if (runtimeVersion && isOlder(runtimeVersion, known.oldest)) {
    return decide('RuntimeNotSupported', `${language} ${runtimeVersion} is older than ${known.oldest.join('.')}`)
  }
  return decide('AgentSelected', `${language} ${runtimeVersion ?? ''}`.trim(), known.agent)
}

const detectedFacts = ({ detection, image, imageReference }: AgentQuestion): Partial<ContainerDecision> => {
  if (!detection) return {}
  const { language, runtimeVersion, libc, confidence, evidence, executable, runtimeEnv } = detection
  return {
    ...(language ? { language } : {}),
    ...(runtimeVersion ? { runtimeVersion } : {}),
    ...(libc ? { libc } : {}),
    ...(confidence ? { confidence } : {}),
    ...(evidence?.length ? { evidence: evidence.slice(0, 20) } : {}),
    ...(executable ? { executable } : {}),
    ...(runtimeEnv?.length ? { runtimeEnv } : {}),
    ...(image ? { image } : {}),
    ...(imageReference ? { imageReference } : {}),
  }
}

const chosen = (question: AgentQuestion): ContainerDecision => {
  const facts = detectedFacts(question)
  const decide = (reason: Reason, message: string, agent?: Agent): ContainerDecision => ({
    name: question.container,
    ...facts,
    ...(agent ? { agent } : {}),
    reason,
    message: message.slice(0, 1024),
  })
  const { overrides, detection } = question
  if (question.isIgnored) return decide('IgnoredContainer', 'the container is named in ignoredContainers')
  if (overrides.problem) return decide('InvalidAnnotation', overrides.problem)
  if (overrides.agent === 'none') return decide('OverriddenByUser', 'an annotation says: no agent')
  if (overrides.agent) return byUser(overrides.agent, detection, decide)
  if (overrides.language) return byUser(AGENT_OF[overrides.language]?.agent, detection, decide)
  if (!detection) return decide(question.pending.reason, question.pending.message)
  if (detection.reason !== 'Detected') return decide(detection.reason, detection.message ?? '')
  return byDetection(detection, decide)
}

/** The agent for one container, or the reason for none. Of an agent that was rolled back only the reason is left. */
export const selectAgent = (question: AgentQuestion): ContainerDecision => {
  const { agent, ...decision } = chosen(question)
  if (!agent) return decision
  const hidden = hiddenHook(agent, question)
  if (hidden) return { ...decision, reason: 'EnvironmentConflict', message: hidden }
  if (!question.rolledBack) return { ...decision, agent }
  return { ...decision, reason: 'RolledBack', message: question.rolledBack.slice(0, 1024) }
}
