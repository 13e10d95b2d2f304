import type { InstrumentationRule } from '../../../api/kinds/instrumentation-rule.ts'
import { samplerVariables, SDK_PREFIX } from '../../../api/names.ts'
import type { Labels } from '../../../api/types/label-selector.ts'
import { matchesSelector } from '../../../api/types/label-selector.ts'
import type { Agent, Language } from '../../../api/vocabulary.ts'
import type { AgentDefinition } from '../../../inject/agents/agent.ts'
import type { AgentRegistry } from '../../../inject/agents/index.ts'
import { AGENT_DEFINITIONS } from '../../../inject/agents/index.ts'
import { switchOff } from '../../../inject/agents/library-switch.ts'

export interface Subject {
  namespaceLabels: Labels
  workloadLabels: Labels
  language?: Language | undefined
  agent: Agent
}

interface Variable {
  name: string
  value: string
}

export const selects = (
  { namespaceSelector, workloadSelector, languages }: InstrumentationRule['spec'],
  { namespaceLabels, workloadLabels, language }: Omit<Subject, 'agent'>,
): boolean =>
  matchesSelector(namespaceSelector, namespaceLabels) &&
  matchesSelector(workloadSelector, workloadLabels) &&
  (languages === undefined || (language !== undefined && languages.includes(language)))

/** Variables of the agent that a rule sets. */
const ruleVariables = ({ spec }: InstrumentationRule, agent: AgentDefinition | undefined): Variable[] => [
  ...(spec.environment ?? []).filter(({ name }) => name.startsWith(SDK_PREFIX)),
  ...(spec.traceRatio === undefined ? [] : samplerVariables(spec.traceRatio)),
  ...switchOff(agent?.libraries, spec.disabledLibraries ?? []),
]

/**
 * OTEL_* variables of InstrumentationRules for one container, sorted by name. Rules apply in the order of their names;
 * the first that sets a variable wins. The webhook adds what the OdigosConfig sets.
 */
export const settingsEnvironment = (
  subject: Subject,
  rules: readonly InstrumentationRule[],
  agents: AgentRegistry = AGENT_DEFINITIONS,
): Variable[] => {
  const chosen = new Map<string, string>()
  const matching = rules
    .filter((rule) => !rule.spec.disabled && selects(rule.spec, subject))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  for (const { name, value } of matching.flatMap((rule) => ruleVariables(rule, agents[subject.agent]))) {
    if (!chosen.has(name)) chosen.set(name, value)
  }
  return [...chosen].map(([name, value]) => ({ name, value })).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
