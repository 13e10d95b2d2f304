/** Every refusal, in order: one list for pods, one for all containers, and one for each way of delivery. */
import type { AgentDefinition, AgentSubject } from '../agents/agent.ts'
import { carriesAgent } from '../delivery/files.ts'
import type { Refusal } from '../rule.ts'
import { firstRefusal } from '../rule.ts'
import type { ContainerOutcome, TraceEntry } from '../types.ts'
import { agentRules, containerRules } from './container-rules.ts'
import { filesRules } from './files-rules.ts'
import { sdkVariablesRules } from './sdk-variables-rules.ts'
import { sidecarRules } from './sidecar-rules.ts'

export { podRules } from './pod-rules.ts'

type Candidate = AgentSubject<AgentDefinition | undefined>

const refusalOfAgent = (subject: AgentSubject, trace: TraceEntry[]): Refusal | undefined => {
  const { agent, container } = subject
  const ofAny = firstRefusal(
    [...agentRules, ...sdkVariablesRules(agent), ...agent.rules],
    subject,
    trace,
    container.name,
  )
  if (ofAny) return ofAny
  switch (agent.delivery) {
    case 'files':
      return firstRefusal(filesRules(agent), { ...subject, agent }, trace, container.name)
    case 'sidecar':
      return firstRefusal(sidecarRules, { ...subject, agent }, trace, container.name)
    case 'configuration':
      return undefined
  }
}

export interface Verdict {
  outcome: ContainerOutcome
  /** Set if the agent is to be added. */
  toInject?: AgentSubject
}

const injected = (agent: AgentDefinition, message: string): ContainerOutcome => ({
  agent: agent.name,
  reason: 'Injected',
  message,
})

/** The outcome for a container: the refusal of the first rule that refuses its agent, or else the injection. */
export const judge = (candidate: Candidate, trace: TraceEntry[]): Verdict => {
  const { agent } = candidate
  const refusal = firstRefusal(containerRules, candidate, trace, candidate.container.name)
  // Without an agent, the rule `agent` has refused.
  if (!agent) return { outcome: refusal ?? { reason: 'NotSupported', message: 'no agent is available' } }
  const subject = { ...candidate, agent }
  const forbidden = refusal ?? refusalOfAgent(subject, trace)
  if (!forbidden) return { outcome: injected(agent, `${agent.name} was added`), toInject: subject }
  // Another webhook's addition between two admissions may forbid the agent. The pod has it already; nothing is removed.
  const { reason, message } = forbidden
  return carriesAgent(subject)
    ? { outcome: injected(agent, `${agent.name} was added before it was forbidden (${reason}): ${message}`) }
    : { outcome: forbidden }
}
