import type { Pod } from '../../api/kubernetes.ts'
import { imageRule } from './image-rule.ts'
import { memoryRule } from './memory-rule.ts'
import { findOtherAgent } from './foreign-agents.ts'
import type { ContainerSubject, Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import { sentSignals } from '../signals.ts'

const OS_LABELS = ['kubernetes.io/os', 'beta.kubernetes.io/os']

const operatingSystem = ({ spec }: Pod): ReturnType<Rule<ContainerSubject>['ask']> => {
  const named = typeof spec.os?.name === 'string' ? spec.os.name : undefined
  const selected = OS_LABELS.map((label) => spec.nodeSelector?.[label]).find(Boolean)
  const name = named ?? selected ?? 'linux'
  const from = named ? 'os of the pod' : selected ? 'nodeSelector of the pod' : 'the default'
  return name === 'linux' ? allowed(name, from) : refused('NotLinux', `the pod is for ${name}`, from)
}

/** Names of Services can only be resolved by the cluster's DNS; an address needs none. */
const clusterDns = ({ spec }: Pod, endpoint: string): ReturnType<Rule<ContainerSubject>['ask']> => {
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

/** Why a container gets no agent, whichever it would be. */
export const containerRules: readonly Rule<ContainerSubject>[] = [
  {
    rule: 'ignored container',
    ask: ({ container, context: { settings } }) =>
      settings.ignoredContainers.includes(container.name)
        ? refused('IgnoredContainer', `${container.name} is ignored`, 'OdigosConfig ignoredContainers')
        : allowed('no', 'OdigosConfig ignoredContainers'),
  },
  {
    rule: 'agent',
    ask: ({ decision }) =>
      decision.agent
        ? allowed(decision.agent, `InstrumentationConfig: ${decision.reason}`)
        : refused(decision.reason, decision.message, 'InstrumentationConfig'),
  },
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
  {
    rule: 'other agent',
    ask: ({ pod, container, decision }) => {
      if (decision.reason === 'OverriddenByUser') return allowed('not asked', 'the user chose the agent')
      const other = findOtherAgent(pod, container, decision)
      return other
        ? refused('OtherAgent', `${other.agent} is there`, other.from)
        : allowed('none', 'environment, command and annotations')
    },
  },
  memoryRule,
]
