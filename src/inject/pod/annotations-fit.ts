import type { Pod } from '../../api/kubernetes.ts'

/** Maximum size of all annotations of an object, names and values, in bytes (`TotalAnnotationSizeLimitB`). */
const MAX_ANNOTATION_BYTES = 256 * 1024

/** Whether these annotations fit into the pod, beside or in place of its own. */
export const annotationsFit = (pod: Pod, added: Record<string, string>): boolean => {
  const all = Object.entries({ ...pod.metadata?.annotations, ...added })
  return all.reduce((sum, texts) => sum + Buffer.byteLength(texts.join('')), 0) <= MAX_ANNOTATION_BYTES
}
