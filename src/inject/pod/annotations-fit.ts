import type { Pod } from '../../api/kubernetes.ts'

/** Bytes of all annotations of an object, names and values, that the API server takes (`TotalAnnotationSizeLimitB`). */
const MAX_ANNOTATION_BYTES = 256 * 1024

/** Whether a pod may have these annotations besides, or instead of, its own. */
export const annotationsFit = (pod: Pod, added: Record<string, string>): boolean => {
  const all = Object.entries({ ...pod.metadata?.annotations, ...added })
  return all.reduce((sum, texts) => sum + Buffer.byteLength(texts.join('')), 0) <= MAX_ANNOTATION_BYTES
}
