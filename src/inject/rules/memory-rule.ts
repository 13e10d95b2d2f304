import type { Resources } from '../../api/kubernetes.ts'
import { isLess } from '../resources/quantity.ts'
import type { AgentSubject } from '../agents/agent.ts'
import type { Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

const memoryLimit = (resources: Resources | undefined): string | undefined => resources?.limits?.['memory']

/** An agent in the application's process uses the memory of its container, or of the pod with pod-level resources. */
export const memoryRule: Rule<AgentSubject> = {
  rule: 'memory',
  check: ({ pod, container, agent, decision: { reason } }) => {
    if (reason === 'OverriddenByUser') return allowed('not checked', 'the user chose the agent')
    if (agent.delivery !== 'files') return allowed('not checked', 'the agent runs in a sidecar')
    const own = memoryLimit(container.resources)
    const limit = own ?? memoryLimit(pod.spec.resources)
    const from = own ? 'resources of the container' : 'resources of the pod'
    return isLess(limit, agent.minMemory)
      ? refused('MemoryTooSmall', `the memory limit is ${limit}, the agent needs at least ${agent.minMemory}`, from)
      : allowed(limit ?? 'no limit', from)
  },
}
