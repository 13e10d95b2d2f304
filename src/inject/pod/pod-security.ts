import type { PodSecurityLevel } from '../../api/vocabulary.ts'

const ENFORCE_LABEL = 'pod-security.kubernetes.io/enforce'

/**
 * The Pod Security level that a namespace enforces. Kubernetes treats an unknown value as restricted; so are labels that
 * are not known yet (`undefined`). `clusterDefault`: the level of a namespace without the label.
 */
export const enforcedLevel = (
  labels: Record<string, string> | undefined,
  clusterDefault: PodSecurityLevel = 'privileged',
): { level: PodSecurityLevel; from: string } => {
  if (!labels) return { level: 'restricted', from: 'labels of the namespace, which are not known yet' }
  const label = labels[ENFORCE_LABEL]
  const from = `namespace label ${ENFORCE_LABEL}`
  if (label === undefined || label === '') return { level: clusterDefault, from: `no ${from}` }
  return { level: label === 'privileged' || label === 'baseline' ? label : 'restricted', from }
}
