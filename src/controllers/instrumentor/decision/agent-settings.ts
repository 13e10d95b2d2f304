import type { InstrumentationRule } from '../../../api/kinds/instrumentation-rule.ts'
import { samplerVariables, SDK_PREFIX } from '../../../api/names.ts'
import { SETTINGS_BOUNDS } from '../../../api/types/container.ts'
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

/** Characters of all settings of a container: the InstrumentationConfig of many containers has to fit into etcd (1.5 MiB). */
const MAX_CHARACTERS = 65_536

const fits = (variables: ReadonlyMap<string, string>): boolean =>
  variables.size <= SETTINGS_BOUNDS.count &&
  [...variables].reduce((sum, [name, value]) => sum + name.length + value.length, 0) <= MAX_CHARACTERS

export interface AgentSettings {
  /** OTEL_* variables, sorted by name. */
  variables: Variable[]
  /** Names of the InstrumentationRules whose variables have no room besides those of the others. */
  leftOut: string[]
}

/**
 * What InstrumentationRules set for one container. Rules apply in the order of their names; the first that sets a variable
 * wins. A rule that exceeds the limits together with those before it is left out as a whole. The webhook adds what the
 * OdigosConfig sets.
 */
export const agentSettings = (
  subject: Subject,
  rules: readonly InstrumentationRule[],
  agents: AgentRegistry = AGENT_DEFINITIONS,
): AgentSettings => {
  let chosen: ReadonlyMap<string, string> = new Map()
  const leftOut: string[] = []
  const matching = rules
    .filter((rule) => !rule.spec.disabled && selects(rule.spec, subject))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  for (const rule of matching) {
    const added = ruleVariables(rule, agents[subject.agent]).map(({ name, value }): [string, string] => [name, value])
    // Of equal names the first counts, within a rule, too.
    const next = new Map([...added.toReversed(), ...chosen])
    if (fits(next)) chosen = next
    else leftOut.push(rule.metadata.name)
  }
  const variables = [...chosen].map(([name, value]) => ({ name, value }))
  return { variables: variables.toSorted((a, b) => (a.name < b.name ? -1 : 1)), leftOut }
}
