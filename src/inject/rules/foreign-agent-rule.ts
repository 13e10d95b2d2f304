import { agentOfAnnotation, agentOfCommand, agentOfVariable } from '../../api/agents/foreign-agents.ts'
import type { Container, Pod } from '../../api/kubernetes.ts'
import type { ContainerSubject, Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

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

const inAnnotations = ({ metadata }: Pod): Found | undefined => {
  for (const [name, value] of Object.entries(metadata?.annotations ?? {})) {
    const agent = agentOfAnnotation(name, value)
    if (agent) return { agent, from: `pod annotation ${name}` }
  }
  return undefined
}

/** The container has another agent, or another admission webhook will add one. */
export const foreignAgentRule: Rule<ContainerSubject> = {
  rule: 'other agent',
  check: ({ pod, container, decision }) => {
    if (decision.reason === 'OverriddenByUser') return allowed('not checked', 'the user chose the agent')
    const other =
      inEnvironment([...(container.env ?? []), ...(decision.runtimeEnv ?? [])]) ??
      inCommand(container) ??
      inAnnotations(pod)
    return other
      ? refused('OtherAgent', `${other.agent} was detected`, other.from)
      : allowed('none', 'environment, command and annotations')
  },
}
