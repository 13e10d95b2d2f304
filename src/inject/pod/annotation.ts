import type { Pod } from '../../api/kubernetes.ts'
import { INJECTION_ANNOTATION } from '../../api/names.ts'
import type { ContainerOutcome } from '../types.ts'

/** Value of the annotation that tells what was done to each container. */
export const formatAnnotation = (containers: Record<string, ContainerOutcome>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(containers).map(([name, { agent, reason }]) => [name, agent ? { agent, reason } : { reason }]),
    ),
  )

const parse = (text: string | undefined): object => {
  if (text === undefined) return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/**
 * Containers that an earlier admission injected, with their agent: only there may what looks like ours be ours. Empty
 * where the annotation is missing or not one of ours.
 */
export const injectedBefore = (pod: Pod): ReadonlyMap<string, string> => {
  const containers = new Map<string, string>()
  for (const [name, outcome] of Object.entries(parse(pod.metadata?.annotations?.[INJECTION_ANNOTATION]))) {
    const { agent, reason } = (outcome ?? {}) as Record<string, unknown>
    if (reason === 'Injected' && typeof agent === 'string') containers.set(name, agent)
  }
  return containers
}

/** Bytes of all annotations of an object, names and values, that the API server takes (`TotalAnnotationSizeLimitB`). */
const MAX_ANNOTATION_BYTES = 256 * 1024

/** Whether a pod may have these annotations besides, or instead of, its own. */
export const annotationsFit = (pod: Pod, added: Record<string, string>): boolean => {
  const all = Object.entries({ ...pod.metadata?.annotations, ...added })
  return all.reduce((sum, texts) => sum + Buffer.byteLength(texts.join('')), 0) <= MAX_ANNOTATION_BYTES
}
