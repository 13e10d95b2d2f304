import { agentOfCommand, agentOfVariable, reasonForAgent } from '../../api/agents/foreign-agents.ts'
import { vendorOfMark } from '../../api/agents/foreign-webhooks.ts'
import type { Container, Pod } from '../../api/kubernetes.ts'
import type { AgentSubject } from '../agents/agent.ts'
import type { ContainerSubject, Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import type { DecisionContext } from '../types.ts'

interface Found {
  agent: string
  from: string
}

const inEnvironment = (env: readonly { name: string; value?: string }[]): Found | undefined => {
  for (const { name, value } of env) {
    const agent = agentOfVariable(name, value ?? '')
    if (agent) return { agent, from: `variable ${name}` }
  }
  return undefined
}

const inCommand = ({ command, args }: Container): Found | undefined => {
  const agent = agentOfCommand([...(command ?? []), ...(args ?? [])].join(' '))
  return agent === undefined ? undefined : { agent, from: 'command line' }
}

type Marks = Record<string, string> | null | undefined

const inMarks = (on: 'pod' | 'namespace', kind: 'label' | 'annotation', marks: Marks): Found | undefined => {
  for (const [name, value] of Object.entries(marks ?? {})) {
    const agent = vendorOfMark(on, name, value)
    if (agent) return { agent, from: `${on} ${kind} ${name}` }
  }
  return undefined
}

/** Another webhook leaves a pod alone that has its mark with a negative value, whatever the namespace says. */
const inNamespace = ({ labels, annotations }: DecisionContext['namespace'], { metadata }: Pod): Found | undefined => {
  const own = { ...metadata?.labels, ...metadata?.annotations }
  const without = (marks: Marks): Marks =>
    Object.fromEntries(Object.entries(marks ?? {}).filter(([name]) => !Object.hasOwn(own, name)))
  return inMarks('namespace', 'label', without(labels)) ?? inMarks('namespace', 'annotation', without(annotations))
}

const findOther = ({ pod, container, decision, context }: ContainerSubject): Found | undefined =>
  inEnvironment([...(container.env ?? []), ...(decision.runtimeEnv ?? [])]) ??
  inCommand(container) ??
  inMarks('pod', 'annotation', pod.metadata?.annotations) ??
  inMarks('pod', 'label', pod.metadata?.labels) ??
  inNamespace(context.namespace, pod)

/** The container has another agent, or another admission webhook will add one. */
export const foreignAgentRule: Rule<AgentSubject> = {
  rule: 'other agent',
  check: (subject) => {
    const { decision, agent } = subject
    if (agent.delivery === 'configuration') return allowed('not checked', 'no agent is added')
    if (decision.reason === 'OverriddenByUser') return allowed('not checked', 'the user chose the agent')
    const other = findOther(subject)
    return other
      ? refused(reasonForAgent(other.agent), `${other.agent} was detected`, other.from)
      : allowed('none', 'environment, command, labels and annotations')
  },
}
