/** Whether a container still starts in the time that it is given, if it loads an agent as well. */
import type { Probe } from '../../api/kubernetes.ts'
import type { Measured } from '../../api/types/measured.ts'
import type { AgentSubject, FilesAgent } from '../agents/agent.ts'
import { parseQuantity } from '../resources/quantity.ts'
import type { Rule, RuleResult } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

/** Defaults of the API server. */
const DEFAULTS = { initialDelaySeconds: 0, periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 1 }

const fieldOf = (probe: Probe, name: keyof typeof DEFAULTS): number => {
  const value: unknown = probe[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : DEFAULTS[name]
}

/** Seconds after which a container that does not answer is killed: with the last of the failures in a row. */
const secondsOf = (probe: Probe): number =>
  fieldOf(probe, 'initialDelaySeconds') +
  (fieldOf(probe, 'failureThreshold') - 1) * fieldOf(probe, 'periodSeconds') +
  fieldOf(probe, 'timeoutSeconds')

interface Patience {
  seconds: number
  /** What ends the container or the process then. */
  of: string
  /** Processes that start at the same time. */
  starting: number
}

/** A startupProbe kills as well, and the livenessProbe begins after it; a readinessProbe only delays. */
const patiences = ({ container }: AgentSubject, measured: Measured | undefined, starting: number): Patience[] => {
  const name = container.startupProbe ? 'startupProbe' : 'livenessProbe'
  const probe = container[name]
  const within = measured?.startWithinSeconds
  return [
    ...(probe ? [{ seconds: secondsOf(probe), of: `the ${name}`, starting }] : []),
    // The supervisor itself has started by then.
    ...(within
      ? [{ seconds: within, of: 'its supervisor', starting: Math.max(1, (measured?.processes ?? 1) - 1) }]
      : []),
  ]
}

const startSeconds = ({ cpuSeconds, cores }: FilesAgent['start'], starting: number, cpus: number): number =>
  (cpuSeconds * starting) / Math.min(cores * starting, cpus)

/** Seconds with one decimal, without a trailing zero. */
const short = (seconds: number): string => String(Math.round(seconds * 10) / 10)

interface CpuLimit {
  quantity: string | undefined
  cpus: number
}

const limitOf = ({ pod, container }: AgentSubject): CpuLimit => {
  const quantity = container.resources?.limits?.['cpu'] ?? pod.spec.resources?.limits?.['cpu']
  return { quantity, cpus: parseQuantity(quantity ?? '') ?? Number.POSITIVE_INFINITY }
}

const tooSlow = (
  { quantity, cpus }: CpuLimit,
  start: FilesAgent['start'],
  { seconds, of, starting }: Patience,
): string => {
  const limited = quantity === undefined ? 'without a CPU limit' : `with a CPU limit of ${quantity}`
  const needed = short(startSeconds(start, starting, cpus))
  return `${limited}, the agent takes ${needed} s to start, and ${of} grants ${short(seconds)} s`
}

/** The agent starts before the application does, with the CPU of its container or pod. */
const judgeStart = (subject: AgentSubject, { start }: FilesAgent): RuleResult => {
  const { measured } = subject.decision
  if (measured?.withAgent) return allowed('has started', 'the measurement of the container with the agent')
  const limit = limitOf(subject)
  const starting = start.isForked ? 1 : (measured?.processes ?? 1)
  const lacking = patiences(subject, measured, starting).find(
    (patience) => startSeconds(start, patience.starting, limit.cpus) > patience.seconds,
  )
  const from = 'resources and probes of the container'
  return lacking
    ? refused('CpuTooSmall', tooSlow(limit, start, lacking), from)
    : allowed(limit.quantity ?? 'no limit', from)
}

export const cpuRule: Rule<AgentSubject> = {
  rule: 'CPU',
  check: (subject) => {
    const { agent, decision } = subject
    if (decision.reason === 'OverriddenByUser') return allowed('not checked', 'the user chose the agent')
    return agent.delivery === 'files'
      ? judgeStart(subject, agent)
      : allowed('not checked', 'the agent runs in a sidecar')
  },
}
