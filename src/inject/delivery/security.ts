import type { Container, PodSpec, SecurityContext } from '../../api/kubernetes.ts'

/** What nobody owns: the user of an init container where the application's user is not given or is root. */
const NOBODY = 65532

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
