import type { AgentSubject, SidecarAgent } from '../agents/agent.ts'
import { placeSidecar } from '../delivery/sidecar.ts'
import { findObstacle } from '../resources/namespace-limits.ts'
import type { Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

const NO_LIMITS = { ranges: [], quotas: [] }

/** Why an agent cannot run beside a container. */
export const sidecarRules: readonly Rule<AgentSubject<SidecarAgent>>[] = [
  {
    // A pod that holds the sidecar already is left as it is: that it was admitted may be why a quota is used up.
    rule: 'namespace limits',
    ask: (subject) => {
      const { pod, context, planned } = subject
      const { isThere, resources } = placeSidecar(subject)
      if (isThere) return allowed('the sidecar is there', 'initContainers of the pod')
      const others = { ...pod.spec, initContainers: [...(pod.spec.initContainers ?? []), ...planned] }
      const obstacle = findObstacle(others, resources, context.limits ?? NO_LIMITS)
      return obstacle
        ? refused('QuotaForbids', obstacle.message, obstacle.from)
        : allowed('they leave room', 'LimitRanges and ResourceQuotas')
    },
  },
]
