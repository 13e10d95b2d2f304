import type { Pod } from '../../api/kubernetes.ts'
import { imageRule } from './image-rule.ts'
import { memoryRule } from './memory-rule.ts'
import { foreignAgentRule } from './foreign-agent-rule.ts'
import type { AgentDefinition, AgentSubject } from '../agents/agent.ts'
import type { RuleResult, Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import { sentSignals } from '../signals.ts'

const OS_LABELS = ['kubernetes.io/os', 'beta.kubernetes.io/os']

const operatingSystem = ({ spec }: Pod): RuleResult => {
  const selected = OS_LABELS.map((label) => spec.nodeSelector?.[label]).find(Boolean)
  const sources = [
    { name: spec.os?.name, from: 'os of the pod' },
    { name: selected, from: 'nodeSelector of the pod' },
  ]
  const declared = sources.find(({ name }) => typeof name === 'string')
  const { name, from } = declared ?? { name: 'linux', from: 'default' }
  return name === 'linux' ? allowed(name, from) : refused('NotLinux', `the pod requires ${name}`, from)
}

/** Only the cluster's DNS resolves names of Services; an address needs none. */
const clusterDns = ({ spec }: Pod, endpoint: string): RuleResult => {
  const policy = spec.dnsPolicy ?? 'ClusterFirst'
  const isWithout = policy === 'Default' || (policy === 'ClusterFirst' && spec.hostNetwork === true)
  if (!isWithout) return allowed('available', 'dnsPolicy of the pod')
  const isAddress = /^https?:\/\/(?:\[|\d+\.\d+\.\d+\.\d+(?:[:/]|$)|\$\()/.test(endpoint)
  if (isAddress) return allowed('not needed', 'the endpoint is an address')
  return refused(
    'ClusterDnsUnavailable',
    `with dnsPolicy ${policy}${spec.hostNetwork ? ' and hostNetwork' : ''} the name of the collector cannot be resolved`,
    'dnsPolicy and hostNetwork of the pod',
  )
}

/** Reasons why no agent, or no known agent, is decided for a container. */
export const containerRules: readonly Rule<AgentSubject<AgentDefinition | undefined>>[] = [
  {
    rule: 'ignored container',
    check: ({ container, context: { settings } }) =>
      settings.ignoredContainers.includes(container.name)
        ? refused('IgnoredContainer', `container ${container.name} is ignored`, 'OdigosConfig ignoredContainers')
        : allowed('no', 'OdigosConfig ignoredContainers'),
  },
  {
    rule: 'agent',
    check: ({ decision, agent }) => {
      if (agent) return allowed(agent.name, `InstrumentationConfig: ${decision.reason}`)
      return decision.agent
        ? refused('NotSupported', `agent ${decision.agent} is not available in this version`, 'InstrumentationConfig')
        : refused(decision.reason, decision.message, 'InstrumentationConfig')
    },
  },
]

/** Reasons why a container does not get its agent, whichever agent that is. */
export const agentRules: readonly Rule<AgentSubject>[] = [
  imageRule,
  { rule: 'operating system', check: ({ pod }) => operatingSystem(pod) },
  {
    rule: 'pipeline',
    check: ({ spec, context: { settings } }) => {
      if (!spec.pipeline)
        return refused('WaitingForDestination', 'no collector is assigned yet', 'InstrumentationConfig')
      const signals = sentSignals(spec, settings)
      return signals.length > 0
        ? allowed(`${spec.pipeline.endpoint}: ${signals.join(', ')}`, 'InstrumentationConfig pipeline')
        : refused('WaitingForDestination', 'no Destination accepts any of the enabled signals', 'InstrumentationConfig')
    },
  },
  { rule: 'cluster DNS', check: ({ pod, spec }) => clusterDns(pod, spec.pipeline?.endpoint ?? '') },
  foreignAgentRule,
  memoryRule,
]
