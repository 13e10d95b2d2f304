/**
 * The number of gateways where the HorizontalPodAutoscaler has no metrics, because the cluster has no metrics-server or it does not answer:
 * by what the collectors say of themselves, and by the same targets. Pure.
 */
import { CPU_TARGET, DOWN_AFTER_MS, MAX_UP, MEMORY_TARGET } from '../collectors/scaling-targets.ts'
import type { GroupUsage } from './usage.ts'

export interface ScaleFacts {
  min: number
  max: number
  desired: number
  ready: number
  requests: { cpuCores: number; memoryBytes: number }
  usage: GroupUsage
  /** Whether the queues of all its collectors have been empty for some time. */
  isDrained: boolean
  /** Since when one collector less would do; undefined where it would not. */
  lowSinceMs: number | undefined
  nowMs: number
}

export interface Decision {
  /** Undefined where the number stays. */
  replicas?: number
  /** Why, for humans. */
  message: string
  /** As `lowSinceMs`, from now on. */
  lowSinceMs?: number
}

/** As for the HorizontalPodAutoscaler, a tenth more or less changes nothing. */
const TOLERANCE = 0.1

interface Ratio {
  of: string
  value: number
}

const ratiosOf = ({ usage, requests }: ScaleFacts): Ratio[] => [
  { of: 'processor time', value: usage.cpuCores / (requests.cpuCores * CPU_TARGET) },
  { of: 'memory', value: usage.heapBytes / (requests.memoryBytes * MEMORY_TARGET) },
]

const highest = (ratios: readonly Ratio[]): Ratio =>
  ratios.reduce((a, b) => (b.value > a.value ? b : a), { of: 'nothing', value: 0 })

const percent = (value: number): string => `${Math.round(value * 100)} %`

const up = (facts: ScaleFacts, { of, value }: Ratio): Decision | undefined => {
  const { desired, max, usage } = facts
  if (desired >= max) return undefined
  if (usage.isRefusing) return { replicas: desired + 1, message: 'collectors refuse telemetry' }
  if (value <= 1 + TOLERANCE) return undefined
  const replicas = Math.min(max, desired + MAX_UP, Math.ceil(desired * value))
  return { replicas, message: `${of} is at ${percent(value)} of what is aimed at` }
}

const down = ({ desired, min, isDrained, lowSinceMs, nowMs, usage }: ScaleFacts, { value }: Ratio): Decision => {
  const others = (value * desired) / (desired - 1)
  const isLow = desired > min && others < 1 - TOLERANCE && !usage.isRefusing
  if (!isLow) return { message: '' }
  const sinceMs = lowSinceMs ?? nowMs
  if (!isDrained || nowMs - sinceMs < DOWN_AFTER_MS) return { message: '', lowSinceMs: sinceMs }
  return { replicas: desired - 1, message: 'one collector less is enough', lowSinceMs: nowMs }
}

/** While collectors start, and before all were read twice, nothing is decided. */
export const decideScale = (facts: ScaleFacts): Decision => {
  const { desired, ready, min, max, usage } = facts
  if (desired < min || desired > max)
    return { replicas: Math.min(max, Math.max(min, desired)), message: 'the bounds demand it' }
  if (ready !== desired || usage.collectors < desired) return { message: '' }
  const ratio = highest(ratiosOf(facts))
  return up(facts, ratio) ?? down(facts, ratio)
}
