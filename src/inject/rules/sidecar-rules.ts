import type { AgentSubject, SidecarAgent } from '../agents/agent.ts'
import { placeSidecar } from '../delivery/sidecar.ts'
import { findObstacle } from '../resources/namespace-limits.ts'
import type { Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

const NO_LIMITS = { ranges: [], quotas: [] }

/** Reasons why an agent cannot run in a sidecar of a container. */
export const sidecarRules: readonly Rule<AgentSubject<SidecarAgent>>[] = [
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
