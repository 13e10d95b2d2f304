import type { GatewayChoice } from '../../../api/kinds/instrumentation-config.ts'
import { GATEWAY_CHOICES } from '../../../api/kinds/instrumentation-config.ts'
import { GATEWAY_ANNOTATION, MAX_SERVICE_NAME, OVERRIDE_ANNOTATIONS } from '../../../api/names.ts'
import type { Agent, Language } from '../../../api/vocabulary.ts'
import { AGENTS, LANGUAGES } from '../../../api/vocabulary.ts'
import type { WorkloadView } from '../watch/workload-view.ts'

/** What a user's annotations determine for one container. */
export interface Overrides {
  language?: Language
  /** `none` leaves the container alone. */
  agent?: Agent | 'none'
  /** Description of what is wrong with an annotation that is ignored. */
  problem?: string
}

const KNOWN_CHOICES = GATEWAY_CHOICES.map((choice) => choice.toLowerCase())

type Annotations = Record<string, string> | undefined

const isLanguage = (word: string): word is Language => (LANGUAGES as readonly string[]).includes(word)
const isAgentChoice = (word: string): word is Agent | 'none' =>
  word === 'none' || (AGENTS as readonly string[]).includes(word)

const pairsOf = (annotation: string): string[][] =>
  annotation.split(',').map((pair) => pair.split('=', 2).map((part) => part.trim()))

/** The value of an annotation for one container: `value` for all, or `container=value,container=value`. */
export const valueFor = (annotation: string | undefined, container: string): string | undefined => {
  if (annotation === undefined) return undefined
  if (!annotation.includes('=')) return annotation.trim()
  return pairsOf(annotation).find(([name]) => name === container)?.[1]
}

/** Names before a `=` that no container of the workload has. */
const unknownContainers = (annotation: string | undefined, containers: readonly string[]): string[] =>
  annotation?.includes('=') ? pairsOf(annotation).flatMap(([name = '']) => (containers.includes(name) ? [] : name)) : []

/** service.name by annotation, where that is usable. */
export const serviceNameOf = (annotations: Annotations): string | undefined => {
  const name = annotations?.[OVERRIDE_ANNOTATIONS.serviceName]
  return name && name.length <= MAX_SERVICE_NAME ? name : undefined
}

/** The gateway that an annotation demands. */
export const gatewayChoiceOf = (annotations: Annotations): GatewayChoice | undefined =>
  GATEWAY_CHOICES.find((choice) => choice.toLowerCase() === annotations?.[GATEWAY_ANNOTATION])

/** What is wrong with a value for a container. */
const valueProblem = (key: string, value: string | undefined, known: readonly string[]): string[] =>
  value === undefined || known.includes(value) ? [] : [`${key}: "${value}" is not one of ${known.join(', ')}`]

/** What is wrong with the annotations for all containers. */
const workloadProblems = (annotations: Annotations, containers: readonly string[]): string[] => {
  const { language, agent, serviceName } = OVERRIDE_ANNOTATIONS
  return [
    ...[language, agent].flatMap((key) =>
      unknownContainers(annotations?.[key], containers).map((name) => `${key}: there is no container "${name}"`),
    ),
    ...((annotations?.[serviceName]?.length ?? 0) > MAX_SERVICE_NAME ? [`${serviceName}: too long`] : []),
    ...valueProblem(GATEWAY_ANNOTATION, annotations?.[GATEWAY_ANNOTATION], KNOWN_CHOICES),
  ]
}

/**
 * Reads the override annotations of a workload for one container. An invalid value is a problem, and so is a container
 * that is not one of `containers`.
 */
export const readOverrides = (
  annotations: Annotations,
  container: string,
  containers: readonly string[] = [container],
): Overrides => {
  const language = valueFor(annotations?.[OVERRIDE_ANNOTATIONS.language], container)
  const agent = valueFor(annotations?.[OVERRIDE_ANNOTATIONS.agent], container)
  const problems = [
    ...valueProblem(OVERRIDE_ANNOTATIONS.language, language, LANGUAGES),
    ...valueProblem(OVERRIDE_ANNOTATIONS.agent, agent, ['none', ...AGENTS]),
    ...workloadProblems(annotations, containers),
  ]
  return {
    ...(language !== undefined && isLanguage(language) ? { language } : {}),
    ...(agent !== undefined && isAgentChoice(agent) ? { agent } : {}),
    ...(problems.length > 0 ? { problem: problems.join('; ') } : {}),
  }
}

export const overridesOf = ({ metadata, containers }: WorkloadView, container: string): Overrides =>
  readOverrides(
    metadata.annotations,
    container,
    containers.map(({ name }) => name),
  )
