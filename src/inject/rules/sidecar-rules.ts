import type { AgentSubject, SidecarAgent } from '../agents/agent.ts'
import { placeSidecar } from '../delivery/sidecar.ts'
import { findObstacle } from '../resources/namespace-limits.ts'
import { isGuaranteed } from '../resources/added-resources.ts'
import { hasPodLevelResources } from '../resources/pod-totals.ts'
import { isLess } from '../resources/quantity.ts'
import type { Rule, RuleResult } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

const NO_LIMITS = { ranges: [], quotas: [] }

/**
 * The limit that a sidecar cannot exceed: that of a pod with pod-level resources, or of a container whose requests are its
 * limits, since the sidecar must not request more. By the container, not by the pod's QoS class, which other webhooks change.
 */
const memoryBound = ({ pod, container }: AgentSubject): string | undefined => {
  if (hasPodLevelResources(pod.spec)) return pod.spec.resources?.limits?.['memory']
  return isGuaranteed(container.resources ?? {}) ? container.resources?.limits?.['memory'] : undefined
}

const sidecarMemory = (subject: AgentSubject<SidecarAgent>): RuleResult => {
  if (subject.decision.reason === 'OverriddenByUser') return allowed('not checked', 'the user chose the agent')
  const { leastMemory } = subject.agent.resources
  const bound = memoryBound(subject)
  const from = 'resources of the container and the pod'
  return isLess(bound, leastMemory)
    ? refused('MemoryTooSmall', `the sidecar would get ${bound}, the agent needs at least ${leastMemory}`, from)
    : allowed(bound ?? 'no bound', from)
}

/** Reasons why an agent cannot run in a sidecar of a container. */
export const sidecarRules: readonly Rule<AgentSubject<SidecarAgent>>[] = [
  { rule: 'memory of the sidecar', check: sidecarMemory },
  {
    // A pod that has the sidecar already stays unchanged: its own admission may be what used up a quota.
    rule: 'namespace limits',
    check: (subject) => {
      const { pod, context, planned } = subject
      const { exists, resources } = placeSidecar(subject)
      if (exists) return allowed('the sidecar exists', 'initContainers of the pod')
      const others = { ...pod.spec, initContainers: [...(pod.spec.initContainers ?? []), ...planned] }
      const obstacle = findObstacle(others, resources, context.limits ?? NO_LIMITS)
      return obstacle
        ? refused('QuotaForbids', obstacle.message, obstacle.from)
        : allowed('not exceeded', 'LimitRanges and ResourceQuotas')
    },
  },
]
