/** Every refusal, in order: one list for pods, and for containers one of all, and one more for each way of delivery. */
import type { AgentDefinition, AgentSubject } from '../agents/agent.ts'
import { carriesAgent } from '../delivery/files.ts'
import type { Refusal } from '../rule.ts'
import { firstRefusal } from '../rule.ts'
import type { ContainerOutcome, TraceEntry } from '../types.ts'
import { agentRules, containerRules } from './container-rules.ts'
import { filesRules } from './files-rules.ts'
import { sidecarRules } from './sidecar-rules.ts'

export { podRules } from './pod-rules.ts'

type Candidate = AgentSubject<AgentDefinition | undefined>

const refusalOfAgent = (subject: AgentSubject, trace: TraceEntry[]): Refusal | undefined => {
  const { agent, container } = subject
  const ofAny = firstRefusal([...agentRules, ...agent.rules], subject, trace, container.name)
  if (ofAny) return ofAny
  return agent.delivery === 'files'
    ? firstRefusal(filesRules(agent), { ...subject, agent }, trace, container.name)
    : firstRefusal(sidecarRules, { ...subject, agent }, trace, container.name)
}

export interface Verdict {
  outcome: ContainerOutcome
  /** There where the agent is to be added. */
  toInject?: AgentSubject
}

const injected = (agent: AgentDefinition, message: string): ContainerOutcome => ({
  agent: agent.name,
  reason: 'Injected',
  message,
})

/** What becomes of a container, by the first rule that refuses it its agent, or else because none does. */
export const judge = (candidate: Candidate, trace: TraceEntry[]): Verdict => {
  const { agent } = candidate
  const refusal = firstRefusal(containerRules, candidate, trace, candidate.container.name)
  // The rule `agent` has refused where there is none.
  if (!agent) return { outcome: refusal ?? { reason: 'NotSupported', message: 'there is no agent' } }
  const subject = { ...candidate, agent }
  const forbidden = refusal ?? refusalOfAgent(subject, trace)
  if (!forbidden) return { outcome: injected(agent, `${agent.name} was added`), toInject: subject }
  // What another webhook added between two admissions can forbid the agent, but the pod has it: nothing is taken out.
  const { reason, message } = forbidden
  return carriesAgent(subject)
    ? { outcome: injected(agent, `${agent.name} was added before it was forbidden (${reason}): ${message}`) }
    : { outcome: forbidden }
}
