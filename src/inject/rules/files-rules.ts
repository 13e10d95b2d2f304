import type { Container } from '../../api/kubernetes.ts'
import type { AgentSubject, FilesAgent, Hook } from '../agents/agent.ts'
import { conflictingMount, deliverFiles } from '../delivery/files.ts'
import { inspectHook } from '../environment/hook.ts'
import { parseQuantity } from '../resources/quantity.ts'
import type { Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import { runtimeValueOf } from '../environment/runtime-value.ts'

type FilesRule = Rule<AgentSubject<FilesAgent>>

const hookRule = (hook: Hook): FilesRule => ({
  rule: hook.name,
  check: ({ container, decision }) => {
    const inspected = inspectHook(container.env ?? [], hook, runtimeValueOf(decision, hook.name))
    return 'conflict' in inspected
      ? refused('EnvironmentConflict', inspected.conflict, 'env of the container')
      : allowed('the agent can be added', inspected.from)
  },
})

/** Local storage in bytes, emptyDir volumes included, above which the kubelet evicts the pod. */
const ephemeralStorageLimit = (containers: readonly Container[]): number | undefined => {
  const limits = containers.flatMap(({ resources }) => resources?.limits?.['ephemeral-storage'] ?? [])
  return limits.length === 0 ? undefined : limits.reduce((sum, limit) => sum + (parseQuantity(limit) ?? 0), 0)
}

const ephemeralStorage: FilesRule = {
  rule: 'ephemeral storage',
  check: ({ pod, agent, context }) => {
    if (context.settings.agentDelivery === 'ImageVolume') return allowed('not used', 'OdigosConfig agentDelivery')
    const limit = ephemeralStorageLimit(pod.spec.containers)
    return limit !== undefined && limit < agent.sizeMiB * 2 ** 20
      ? refused('QuotaForbids', `the ephemeral-storage limit is below ${agent.sizeMiB}Mi`, 'limits of the containers')
      : allowed('sufficient', 'limits of the containers')
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
export const filesRules = ({ hook }: FilesAgent): readonly FilesRule[] => [hookRule(hook), ephemeralStorage, mounts]
