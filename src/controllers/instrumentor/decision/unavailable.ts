/** Agents whose images cannot be pulled in a namespace: the first pod that shows it is the last that is tried. Pure. */
import type { InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'
import { knownContainers } from '../../../api/types/container.ts'
import { isImageUnavailable } from '../../../api/types/outcome.ts'
import type { Agent } from '../../../api/vocabulary.ts'
import type { Observed } from '../observed.ts'
import { AGENT_DEFINITIONS, agentForLanguage } from '../../../inject/agents/index.ts'

/** Why no workload of the namespace gets an agent, by agent, from the InstrumentationConfigs of the other workloads of a namespace. */
export const unavailableAgents = (others: readonly InstrumentationConfig[]): Observed['unavailable'] => {
  const found = new Map<Agent, string>()
  for (const config of others.filter(({ spec }) => isImageUnavailable(spec.rollback))) {
    const { kind, name } = config.spec.workload
    for (const { language } of knownContainers(config)) {
      const agent = language && agentForLanguage(language, AGENT_DEFINITIONS)
      if (agent) found.set(agent.name, `${config.spec.rollback?.message}; see ${kind} ${name}`)
    }
  }
  return found
}
