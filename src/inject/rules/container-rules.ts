import { clusterDnsRule } from './cluster-dns-rule.ts'
import { imageRule } from './image-rule.ts'
import { cpuRule } from './cpu-rule.ts'
import { memoryRule } from './memory-rule.ts'
import { foreignAgentRule } from './foreign-agent-rule.ts'
import { nodeRules } from './node-rules.ts'
import type { AgentDefinition, AgentSubject } from '../agents/agent.ts'
import type { Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import { sentSignals } from '../signals.ts'

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
  ...nodeRules,
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
  clusterDnsRule,
  foreignAgentRule,
  memoryRule,
  cpuRule,
]
