import type { PodSecurityLevel } from '../../api/vocabulary.ts'

const ENFORCE_LABEL = 'pod-security.kubernetes.io/enforce'

/**
 * The Pod Security level that a namespace enforces. A value that Kubernetes does not know counts as restricted there, and
 * labels that we do not know (`undefined`) count so here. `clusterDefault`: what holds where there is no label.
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
