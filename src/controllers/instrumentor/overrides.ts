import { OVERRIDE_ANNOTATIONS } from '../../api/names.ts'
import type { Agent, Language } from '../../api/vocabulary.ts'
import { AGENTS, LANGUAGES } from '../../api/vocabulary.ts'

/** What a user's annotations say about one container. */
export interface Overrides {
  language?: Language
  /** `none` leaves the container alone. */
  agent?: Agent | 'none'
  /** What is wrong with an annotation that was left out of account, for a person. */
  problem?: string
}

const isLanguage = (word: string): word is Language => (LANGUAGES as readonly string[]).includes(word)
const isAgentChoice = (word: string): word is Agent | 'none' =>
  word === 'none' || (AGENTS as readonly string[]).includes(word)

/** The value of an annotation for one container: `value` for all, or `container=value,container=value`. */
const valueFor = (annotation: string | undefined, container: string): string | undefined => {
  if (annotation === undefined) return undefined
  if (!annotation.includes('=')) return annotation.trim()
  const pairs = annotation.split(',').map((pair) => pair.split('=', 2).map((part) => part.trim()))
  return pairs.find(([name]) => name === container)?.[1]
}

/** Reads the override annotations of a workload for one container. A value that is not understood is a problem. */
export const readOverrides = (annotations: Record<string, string> | undefined, container: string): Overrides => {
  const language = valueFor(annotations?.[OVERRIDE_ANNOTATIONS.language], container)
  const agent = valueFor(annotations?.[OVERRIDE_ANNOTATIONS.agent], container)
  const problems = [
    language !== undefined && !isLanguage(language)
      ? `${OVERRIDE_ANNOTATIONS.language}: "${language}" is none of ${LANGUAGES.join(', ')}`
      : undefined,
    agent !== undefined && !isAgentChoice(agent)
      ? `${OVERRIDE_ANNOTATIONS.agent}: "${agent}" is none of none, ${AGENTS.join(', ')}`
      : undefined,
  ].filter((problem) => problem !== undefined)
  return {
    ...(language !== undefined && isLanguage(language) ? { language } : {}),
    ...(agent !== undefined && isAgentChoice(agent) ? { agent } : {}),
    ...(problems.length > 0 ? { problem: problems.join('; ') } : {}),
  }
}
