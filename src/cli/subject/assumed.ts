/** Decisions about workloads that were not detected: the user tells the languages. */
import type { InstrumentationConfigSpec } from '../../api/kinds/instrumentation-config.ts'
import type { Pod } from '../../api/kubernetes.ts'
import { NODE_COLLECTOR_NAME, sdkEndpoint } from '../../api/names.ts'
import type { Language, Signal } from '../../api/vocabulary.ts'
import { LANGUAGES } from '../../api/vocabulary.ts'
import type { WorkloadRef } from '../../api/workloads.ts'
import { AGENT_DEFINITIONS, agentForLanguage } from '../../inject/agents/index.ts'
import { CliError } from '../answer.ts'

/** By name of the container; '' is for all others. */
export type Languages = ReadonlyMap<string, Language>

const isLanguage = (word: string): word is Language => (LANGUAGES as readonly string[]).includes(word)

/** `python`, or `app=python,worker=java`. */
export const parseLanguages = (text: string | undefined): Languages => {
  const pairs = (text ?? '').split(',').filter((part) => part.trim() !== '')
  return new Map(
    pairs.map((pair): [string, Language] => {
      const at = pair.indexOf('=')
      const language = pair.slice(at + 1).trim()
      if (!isLanguage(language))
        throw new CliError(`unknown language "${language}"`, `Languages are ${LANGUAGES.join(', ')}.`)
      return [pair.slice(0, Math.max(0, at)).trim(), language]
    }),
  )
}

const decisionFor = (name: string, languages: Languages): InstrumentationConfigSpec['containers'][number] => {
  const language = languages.get(name) ?? languages.get('')
  if (language === undefined)
    return { name, reason: 'NotDetectedYet', message: 'the language is not known; name it with --language' }
  const agent = agentForLanguage(language, AGENT_DEFINITIONS)
  if (!agent) return { name, reason: 'NotSupported', message: `there is no agent for ${language}` }
  // The sidecar finds a process by its executable, which only a detector knows.
  const executable = agent.delivery === 'sidecar' ? { executable: 'THE-PROGRAM' } : {}
  return { name, agent: agent.name, reason: 'AgentSelected', message: '', ...executable }
}

/** What the instrumentor and the scheduler would decide, if these were the languages. */
export const assumedSpec = (
  workload: WorkloadRef,
  pod: Pod,
  {
    languages,
    systemNamespace,
    signals,
  }: { languages: Languages; systemNamespace: string; signals: readonly Signal[] },
): InstrumentationConfigSpec => ({
  workload,
  containers: pod.spec.containers.map(({ name }) => decisionFor(name, languages)),
  pipeline: {
    collectorsGroup: NODE_COLLECTOR_NAME,
    endpoint: sdkEndpoint(systemNamespace),
    signals: [...signals],
  },
})
