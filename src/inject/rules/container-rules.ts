import type { Pod } from '../../api/kubernetes.ts'
import { imageRule } from './image-rule.ts'
import { memoryRule } from './memory-rule.ts'
import { foreignAgentRule } from './foreign-agent-rule.ts'
import type { AgentDefinition, AgentSubject } from '../agents/agent.ts'
import type { Answer, Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import { sentSignals } from '../signals.ts'

const OS_LABELS = ['kubernetes.io/os', 'beta.kubernetes.io/os']

const operatingSystem = ({ spec }: Pod): Answer => {
  const selected = OS_LABELS.map((label) => spec.nodeSelector?.[label]).find(Boolean)
  const sources = [
    { name: spec.os?.name, from: 'os of the pod' },
    { name: selected, from: 'nodeSelector of the pod' },
  ]
  const said = sources.find(({ name }) => typeof name === 'string')
  const { name, from } = said ?? { name: 'linux', from: 'the default' }
  return name === 'linux' ? allowed(name, from) : refused('NotLinux', `the pod is for ${name}`, from)
}

/** Names of Services can only be resolved by the cluster's DNS; an address needs none. */
const clusterDns = ({ spec }: Pod, endpoint: string): Answer => {
  const policy = spec.dnsPolicy ?? 'ClusterFirst'
  const isWithout = policy === 'Default' || (policy === 'ClusterFirst' && spec.hostNetwork === true)
  if (!isWithout) return allowed('yes', 'dnsPolicy of the pod')
  const isAddress = /^https?:\/\/(?:\[|\d+\.\d+\.\d+\.\d+(?:[:/]|$)|\$\()/.test(endpoint)
  if (isAddress) return allowed('not needed', 'the endpoint is an address')
  return refused(
    'ClusterDnsUnavailable',
    `with dnsPolicy ${policy}${spec.hostNetwork ? ' and hostNetwork' : ''} the collector's name cannot be resolved`,
    'dnsPolicy and hostNetwork of the pod',
  )
}

/** Why no agent is decided for a container, or none that there is. */
export const containerRules: readonly Rule<AgentSubject<AgentDefinition | undefined>>[] = [
  {
    rule: 'ignored container',
    ask: ({ container, context: { settings } }) =>
      settings.ignoredContainers.includes(container.name)
        ? refused('IgnoredContainer', `${container.name} is ignored`, 'OdigosConfig ignoredContainers')
        : allowed('no', 'OdigosConfig ignoredContainers'),
  },
  {
    rule: 'agent',
    ask: ({ decision, agent }) => {
      if (agent) return allowed(agent.name, `InstrumentationConfig: ${decision.reason}`)
      return decision.agent
        ? refused('NotSupported', `this version has no agent ${decision.agent}`, 'InstrumentationConfig')
        : refused(decision.reason, decision.message, 'InstrumentationConfig')
    },
  },
]

/** Why a container does not get its agent, whichever that is. */
export const agentRules: readonly Rule<AgentSubject>[] = [
  imageRule,
  { rule: 'operating system', ask: ({ pod }) => operatingSystem(pod) },
  {
    rule: 'pipeline',
    ask: ({ spec, context: { settings } }) => {
      if (!spec.pipeline)
        return refused('WaitingForDestination', 'no collector is assigned yet', 'InstrumentationConfig')
      const signals = sentSignals(spec, settings)
      return signals.length > 0
        ? allowed(`${spec.pipeline.endpoint}: ${signals.join(', ')}`, 'InstrumentationConfig pipeline')
        : refused('WaitingForDestination', 'no Destination takes a signal that is to be sent', 'InstrumentationConfig')
    },
  },
  { rule: 'cluster DNS', ask: ({ pod, spec }) => clusterDns(pod, spec.pipeline?.endpoint ?? '') },
  foreignAgentRule,
  memoryRule,
]
