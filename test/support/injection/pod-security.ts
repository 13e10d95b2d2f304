/**
 * The Pod Security Standards of Kubernetes 1.37, as far as a pod for Linux can violate them: the level that a pod complies with.
 * Written from the documentation of the checks, for laws about levels that must not get worse.
 */
import type { Container, Pod, SecurityContext, Volume } from '../../../src/api/kubernetes.ts'

export type Level = 'restricted' | 'baseline' | 'privileged'

const BASELINE_CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])
const RESTRICTED_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

type Broken = string[]

const allContainers = ({ spec }: Pod): Container[] => [
  ...spec.containers,
  ...(spec.initContainers ?? []),
  ...((spec['ephemeralContainers'] ?? []) as Container[]),
]

type Context = SecurityContext & {
  procMount?: string
  seLinuxOptions?: { type?: string; user?: string; role?: string }
  windowsOptions?: { hostProcess?: boolean }
  appArmorProfile?: { type?: string }
  sysctls?: { name: string }[]
}

const isHarmless = ({ seLinuxOptions, windowsOptions, seccompProfile, appArmorProfile }: Context): boolean =>
  ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'].includes(
    seLinuxOptions?.type ?? '',
  ) &&
  !seLinuxOptions?.user &&
  !seLinuxOptions?.role &&
  !windowsOptions?.hostProcess &&
  seccompProfile?.type !== 'Unconfined' &&
  appArmorProfile?.type !== 'Unconfined'

const baselineBroken = (pod: Pod): Broken => {
  const { spec } = pod
  const broken: Broken = []
  if (spec.hostNetwork || spec.hostPID || spec['hostIPC']) broken.push('host namespaces')
  if ((spec.volumes ?? []).some((volume) => volume['hostPath'])) broken.push('hostPath')
  const podContext = (spec.securityContext ?? {}) as Context
  if (podContext.sysctls?.length) broken.push('sysctls')
  if (!isHarmless(podContext)) broken.push('pod securityContext')
  for (const container of allContainers(pod)) {
    const context = (container.securityContext ?? {}) as Context
    if (context.privileged) broken.push(`${container.name}: privileged`)
    if (context.capabilities?.add?.some((name) => !BASELINE_CAPABILITIES.has(name))) {
      broken.push(`${container.name}: capabilities`)
    }
    const ports = (container['ports'] ?? []) as { hostPort?: number }[]
    if (ports.some(({ hostPort }) => hostPort)) broken.push(`${container.name}: hostPort`)
    if ((context.procMount ?? 'Default') !== 'Default' || !isHarmless(context))
      broken.push(`${container.name}: context`)
  }
  return broken
}

const restrictedBroken = (pod: Pod): Broken => {
  const broken: Broken = []
  for (const volume of pod.spec.volumes ?? []) {
    if (!RESTRICTED_VOLUMES.some((type) => volume[type as keyof Volume])) broken.push(`volume ${volume.name}`)
  }
  const podContext = pod.spec.securityContext ?? {}
  if (podContext.runAsUser === 0) broken.push('pod runAsUser 0')
  for (const { name, securityContext: own = {} } of allContainers(pod)) {
    const say = (what: string): number => broken.push(`${name}: ${what}`)
    if (own.allowPrivilegeEscalation !== false) say('allowPrivilegeEscalation')
    if (!own.capabilities?.drop?.includes('ALL')) say('capabilities.drop')
    if (own.capabilities?.add?.some((capability) => capability !== 'NET_BIND_SERVICE')) say('capabilities.add')
    if ((own.runAsNonRoot ?? podContext.runAsNonRoot) !== true) say('runAsNonRoot')
    if (own.runAsUser === 0) say('runAsUser')
    const seccomp = own.seccompProfile?.type ?? podContext.seccompProfile?.type
    if (seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost') say('seccompProfile')
  }
  return broken
}

/** The violations of each level, for messages; empty for a pod that complies. */
export const podSecurity = (pod: Pod): { level: Level; baseline: Broken; restricted: Broken } => {
  const baseline = baselineBroken(pod)
  const restricted = restrictedBroken(pod)
  const level = baseline.length > 0 ? 'privileged' : restricted.length > 0 ? 'baseline' : 'restricted'
  return { level, baseline, restricted }
}

const RANK: Record<Level, number> = { restricted: 0, baseline: 1, privileged: 2 }
export const isWorse = (after: Level, before: Level): boolean => RANK[after] > RANK[before]
