import type { Pod, Resources } from '../../api/kubernetes.ts'
import type { Measured } from '../../api/types/measured.ts'
import type { AgentSubject, FilesAgent } from '../agents/agent.ts'
import { isLess, parseQuantity } from '../resources/quantity.ts'
import type { Rule, RuleResult } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

/** Part of the limit that may be used: near it, the kernel reclaims pages all the time, which takes longer than the work. */
const USABLE = 0.9
/** A container that runs with the agent already fits; its measurement is rounded up by an eighth at most. */
const USABLE_WITH_AGENT = 9 / 8

const memoryLimit = (resources: Resources | undefined): string | undefined => resources?.limits?.['memory']

interface Limit {
  quantity: string | undefined
  from: string
  /** Whether all containers of the pod share it. */
  isShared: boolean
}

const limitOf = (pod: Pod, container: AgentSubject['container']): Limit => {
  const own = memoryLimit(container.resources)
  return own === undefined
    ? { quantity: memoryLimit(pod.spec.resources), from: 'resources of the pod', isShared: true }
    : { quantity: own, from: 'resources of the container', isShared: false }
}

/** Memory in MiB that was measured in the other containers of the pod. */
const othersMiB = ({ spec, decision }: AgentSubject): number =>
  spec.containers
    .filter(({ name }) => name !== decision.name)
    .reduce((sum, { measured }) => sum + (measured?.memoryMiB ?? 0), 0)

const agentMiB = ({ processes }: Measured, { memory }: FilesAgent): number =>
  memory.first + (processes - 1) * memory.further

/** What the container uses with the agent. A measurement with the agent includes it. */
const neededMiB = (measured: Measured, agent: FilesAgent): number =>
  measured.withAgent ? measured.memoryMiB : measured.memoryMiB + agentMiB(measured, agent)

const describe = (measured: Measured, agent: FilesAgent): string => {
  const { memoryMiB, processes, withAgent } = measured
  if (withAgent) return `the container uses ${memoryMiB} MiB with the agent`
  const where = processes === 1 ? 'in its process' : `in its ${processes} processes`
  return `the container uses ${memoryMiB} MiB, and the agent needs ${agentMiB(measured, agent)} MiB ${where}`
}

const judgeMeasured = (subject: AgentSubject, agent: FilesAgent, measured: Measured): RuleResult => {
  const { quantity = '', from, isShared } = limitOf(subject.pod, subject.container)
  const limitMiB = (parseQuantity(quantity) ?? Number.POSITIVE_INFINITY) / 2 ** 20
  const needed = neededMiB(measured, agent) + (isShared ? othersMiB(subject) : 0)
  return needed > (measured.withAgent ? USABLE_WITH_AGENT : USABLE) * limitMiB
    ? refused('MemoryTooSmall', `the memory limit is ${quantity}; ${describe(measured, agent)}`, from)
    : allowed(`${quantity}, of which ${needed} MiB are needed`, from)
}

/** An agent in the application's process uses the memory of its container, or of the pod with pod-level resources. */
export const memoryRule: Rule<AgentSubject> = {
  rule: 'memory',
  check: (subject) => {
    const { pod, container, agent, decision } = subject
    if (decision.reason === 'OverriddenByUser') return allowed('not checked', 'the user chose the agent')
    if (agent.delivery !== 'files') return allowed('not checked', 'the agent runs in a sidecar')
    const { quantity, from } = limitOf(pod, container)
    if (quantity === undefined) return allowed('no limit', from)
    if (decision.measured) return judgeMeasured(subject, agent, decision.measured)
    return isLess(quantity, agent.leastMemory)
      ? refused(
          'MemoryTooSmall',
          `the memory limit is ${quantity}, the agent needs at least ${agent.leastMemory}`,
          from,
        )
      : allowed(quantity, from)
  },
}
