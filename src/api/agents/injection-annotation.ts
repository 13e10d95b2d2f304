/** Writer and parser of the pod annotation with the result of the injection for each container. */
import { INJECTION_ANNOTATION } from '../names.ts'

/** Result for one container. */
export interface InjectionEntry {
  agent?: string
  reason?: string
  /** What in the pod is in the way of the agent that was decided; no InstrumentationConfig has it. */
  message?: string
}

/** The annotation's value: a JSON object, container name → `{ agent?, reason, message? }`. */
export const formatInjection = (containers: Record<string, InjectionEntry>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(containers).map(([name, { agent, reason, message }]) => [
        name,
        { ...(agent ? { agent } : {}), reason, ...(message ? { message } : {}) },
      ]),
    ),
  )

const parseObject = (text: string): object => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** Any user can write the annotation, so only strings are accepted. */
const entryOf = (value: unknown): InjectionEntry => {
  const { agent, reason, message } = (value ?? {}) as Record<string, unknown>
  return {
    ...(typeof agent === 'string' ? { agent } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  }
}

/** The results by container; empty if the annotation is absent or invalid. */
export const parseInjection = (annotations: Record<string, string> | null | undefined): Map<string, InjectionEntry> =>
  new Map(
    Object.entries(parseObject(annotations?.[INJECTION_ANNOTATION] ?? '{}')).map(([name, value]) => [
      name,
      entryOf(value),
    ]),
  )
