import type { Container, PodSpec, SecurityContext } from '../../api/kubernetes.ts'
import type { PodSecurityLevel } from '../../api/vocabulary.ts'

/** What nobody owns: the user of an init container where the application's user is not given or is root. */
const NOBODY = 65532

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

/** Passes the level `restricted` in any pod. The user is the application's where that is a number other than root's. */
export const restrictedContext = (served: Container, spec: PodSpec): SecurityContext => {
  const user = served.securityContext?.runAsUser ?? spec.securityContext?.runAsUser
  return {
    runAsNonRoot: true,
    runAsUser: typeof user === 'number' && user > 0 ? user : NOBODY,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  }
}

/**
 * The least with which the Go eBPF agent was seen to work: its programs write user memory for context propagation
 * (SYS_ADMIN), it reads other processes' files (SYS_PTRACE) and signals 0 to them (KILL).
 */
export const ebpfContext = (): SecurityContext => ({
  runAsUser: 0,
  runAsNonRoot: false,
  privileged: false,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'], add: ['SYS_ADMIN', 'SYS_PTRACE', 'KILL'] },
  seccompProfile: { type: 'RuntimeDefault' },
})
