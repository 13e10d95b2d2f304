import type { Container, Unknowns } from '../../api/kubernetes.ts'
import type { AgentSubject, FilesAgent, Hook } from '../agents/agent.ts'
import { conflictingMount, COPY_PREFIX, deliverFiles } from '../delivery/files.ts'
import { findVariable, inspectHook } from '../environment/hook.ts'
import { parseQuantity } from '../resources/quantity.ts'
import type { Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import { isUnseen, runtimeValueOf } from '../environment/runtime-value.ts'

type FilesRule = Rule<AgentSubject<FilesAgent>>

/** Whether a ConfigMap or Secret in envFrom can have the variable: its prefix is put before all of its keys. */
const mayContain = ({ prefix }: Unknowns, variable: string): boolean =>
  typeof prefix !== 'string' || variable.startsWith(prefix)

/** Where a user chose the agent before any look at the container, a value from envFrom is unknown, and our entry would hide it. */
const environmentSeen = (hook: Hook): FilesRule => ({
  rule: 'envFrom',
  check: ({ container, decision }) => {
    if (!isUnseen(decision)) return allowed('inspected', 'InstrumentationConfig')
    const isSet = findVariable(container.env ?? [], hook.name) !== undefined
    return isSet || !(container.envFrom ?? []).some((source) => mayContain(source, hook.name))
      ? allowed('does not matter', 'env and envFrom of the container')
      : refused(
          'EnvironmentConflict',
          `${hook.name} may come from envFrom, which was not inspected yet: set it in env, or restart the workload after a pod has run for a minute`,
          'envFrom of the container',
        )
  },
})

const hookRule = (hook: Hook): FilesRule => ({
  rule: hook.name,
  check: ({ container, decision }) => {
    const inspected = inspectHook(container.env ?? [], hook, runtimeValueOf(decision, hook.name))
    return 'conflict' in inspected
      ? refused('EnvironmentConflict', inspected.conflict, 'env of the container')
      : allowed('the agent can be added', inspected.from)
  },
})

const STORAGE = 'ephemeral-storage'

const sum = (quantities: readonly unknown[]): number =>
  quantities.reduce<number>((total, quantity) => total + (parseQuantity(quantity ?? '0') ?? 0), 0)

/**
 * Bytes of local storage, emptyDir volumes included, up to the limit above which the kubelet evicts the pod, less what its
 * containers request. A request as high as its limit says nothing about the use.
 */
const ephemeralStorageLeft = (containers: readonly Container[]): number | undefined => {
  const bounded = containers.filter(({ resources }) => resources?.limits?.[STORAGE] !== undefined)
  if (bounded.length === 0) return undefined
  const limit = sum(bounded.map(({ resources }) => resources?.limits?.[STORAGE]))
  const requested = sum(containers.map(({ resources }) => resources?.requests?.[STORAGE]))
  return requested < limit ? limit - requested : limit
}

/** Agents of other languages whose files the pod gets, too. */
const otherCopies = ({ pod, planned, agent }: AgentSubject<FilesAgent>): number => {
  const copies = [...(pod.spec.initContainers ?? []), ...planned].filter(
    ({ name, restartPolicy }) => name.startsWith(COPY_PREFIX) && restartPolicy !== 'Always',
  )
  return new Set(copies.map(({ name }) => name).filter((name) => !name.startsWith(COPY_PREFIX + agent.name))).size
}

const ephemeralStorage: FilesRule = {
  rule: 'ephemeral storage',
  check: (subject) => {
    const { pod, agent, context } = subject
    if (context.settings.agentDelivery === 'ImageVolume') return allowed('not used', 'OdigosConfig agentDelivery')
    const left = ephemeralStorageLeft(pod.spec.containers)
    const needed = agent.sizeMiB * (1 + otherCopies(subject))
    return left !== undefined && left < needed * 2 ** 20
      ? refused(
          'QuotaForbids',
          `the ephemeral-storage limit leaves less than ${needed}Mi`,
          'resources of the containers',
        )
      : allowed('sufficient', 'resources of the containers')
  },
}

const mounts: FilesRule = {
  rule: 'mounts',
  check: (subject) => {
    const delivery = deliverFiles(subject)
    const ours = delivery.mount.mountPath
    const obstacle = conflictingMount(subject.container, delivery)
    return obstacle
      ? refused(
          'MountConflict',
          `volume ${obstacle.name} is mounted at ${obstacle.mountPath}, the agent at ${ours}`,
          'volumeMounts',
        )
      : allowed(ours, 'volumeMounts of the container')
  },
}

/**
 * Reasons why the files of an agent cannot be added to a container. Mounts come last: only they depend on an earlier
 * admission, so a repeated admission reaches the same verdict.
 */
export const filesRules = ({ hook }: FilesAgent): readonly FilesRule[] => [
  environmentSeen(hook),
  hookRule(hook),
  ephemeralStorage,
  mounts,
]
