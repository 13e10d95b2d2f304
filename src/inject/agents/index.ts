import type { Agent, Language } from '../../api/vocabulary.ts'
import type { AgentDefinition, FilesAgent, LanguageAgent } from './agent.ts'
import { goEbpf } from './go-ebpf.ts'
import { java } from './java.ts'
import { nodejs } from './nodejs.ts'
import { python } from './python.ts'
import { sdkConfig } from './sdk-config.ts'

/** Agents by name. */
export type AgentRegistry = Readonly<Record<string, AgentDefinition>>

/** All agents that can be injected. To add one, add a file to this folder and a line here, then run `npm run generate`. */
export const AGENT_DEFINITIONS = {
  nodejs,
  java,
  python,
  'go-ebpf': goEbpf,
  'sdk-config': sdkConfig,
} as const satisfies Readonly<Record<Agent, AgentDefinition>>

/** Names of the agents with files: each has a folder in agents/ that assembles them. */
export type FilesAgentName = {
  [Name in Agent]: (typeof AGENT_DEFINITIONS)[Name] extends FilesAgent ? Name : never
}[Agent]
export const FILES_AGENTS = (Object.keys(AGENT_DEFINITIONS) as Agent[]).filter(
  (name): name is FilesAgentName => AGENT_DEFINITIONS[name].delivery === 'files',
)

/** The agent that instruments a language, if any. */
export const agentForLanguage = (language: Language, agents: AgentRegistry): LanguageAgent | undefined =>
  Object.values(agents).find((agent): agent is LanguageAgent => agent.language === language)

/** Whether the first two numbers of a version are below the oldest that the agent supports. */
export const isTooOld = (version: string, { oldest, comparableVersion }: LanguageAgent): boolean => {
  const [first = 0, second = 0] = (comparableVersion?.(version) ?? version).match(/\d+/g)?.map(Number) ?? []
  return first < oldest[0] || (first === oldest[0] && second < oldest[1])
}
