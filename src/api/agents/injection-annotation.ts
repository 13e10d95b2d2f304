/** The pod annotation that says what was done to each container: the one writer and the one parser. */
import { INJECTION_ANNOTATION } from '../names.ts'

/** What the annotation says about one container. */
export interface InjectionEntry {
  agent?: string
  reason?: string
}

/** The annotation's value: a JSON object, container name → `{ agent?, reason }`. */
export const formatInjection = (containers: Record<string, InjectionEntry>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(containers).map(([name, { agent, reason }]) => [name, agent ? { agent, reason } : { reason }]),
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

/** Anybody can write the annotation: only words are taken from it. */
const entryOf = (value: unknown): InjectionEntry => {
  const { agent, reason } = (value ?? {}) as Record<string, unknown>
  return {
    ...(typeof agent === 'string' ? { agent } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
  }
}

/** By container, what the webhook wrote; empty where it wrote nothing, or something that is not understood. */
export const parseInjection = (annotations: Record<string, string> | null | undefined): Map<string, InjectionEntry> =>
  new Map(
    Object.entries(parseObject(annotations?.[INJECTION_ANNOTATION] ?? '{}')).map(([name, value]) => [
      name,
      entryOf(value),
    ]),
  )
