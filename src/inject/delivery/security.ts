import type { Container, PodSpec, SecurityContext } from '../../api/kubernetes.ts'

/** An unprivileged user, for init containers of applications whose user is unknown or root. */
const NOBODY = 65532

/** Complies with the level `restricted` in any pod. The user is the application's, unless that is unknown or root. */
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
