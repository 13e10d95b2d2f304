/** What has arrived at a node collector since it was read before, from its counters. Pure. */
import { shorten } from '../../../api/conditions.ts'
import type { Reason } from '../../../api/reasons.ts'
import { isReason } from '../../../api/reasons.ts'
import type { Outcome } from '../../../api/kinds/telemetry.ts'
import { OUTCOMES, REPORT_BOUNDS } from '../../../api/kinds/telemetry.ts'
import type { Signal } from '../../../api/vocabulary.ts'
import { SEEN_METRICS } from '../../../collector/seen.ts'
import type { Sample } from '../../../prometheus/text.ts'

/** Signals, and spans and metrics of requests, which show that there is traffic. */
export type SeenKind = Signal | 'servers' | 'requests'

interface FromPod {
  namespace: string
  pod: string
  /** How often, since the counters were read before. */
  count: number
}

export interface TelemetryArrival extends FromPod {
  kind: SeenKind
}

export interface ReportArrival extends FromPod {
  container: string
  agent: string
  outcome: Outcome
  reason: Reason
  version: string
  message: string
}

/** The values of a collector's counters, by their name and labels. */
export type Counters = ReadonlyMap<string, number>

export interface Arrivals {
  counters: Counters
  telemetry: TelemetryArrival[]
  reports: ReportArrival[]
}

const KINDS: ReadonlyMap<string, SeenKind> = new Map([
  [SEEN_METRICS.traces, 'traces'],
  [SEEN_METRICS.metrics, 'metrics'],
  [SEEN_METRICS.logs, 'logs'],
  [SEEN_METRICS.servers, 'servers'],
  [SEEN_METRICS.requests, 'requests'],
])

const keyOf = ({ name, labels }: Sample): string => JSON.stringify([name, labels])

/** A counter that has become lower was started again; one that is new started with nothing. */
const growthOf = (value: number, before: number | undefined): number =>
  before === undefined || value < before ? value : value - before

const isOutcome = (word: string | undefined): word is Outcome => OUTCOMES.some((outcome) => outcome === word)

const reportOf = (labels: Record<string, string>, from: FromPod): ReportArrival[] => {
  const { container = '', outcome, reason = '' } = labels
  const text = (label: string): string => labels[label] ?? ''
  if (!isOutcome(outcome) || !isReason(reason) || container === '') return []
  const { agent, version, message } = REPORT_BOUNDS
  return [
    {
      ...from,
      container,
      agent: shorten(text('agent'), agent),
      outcome,
      reason,
      version: shorten(text('version'), version),
      message: shorten(text('message'), message),
    },
  ]
}

/** The counters now, and what they grew by; everything where the collector was not read before. */
export const arrivalsOf = (before: Counters | undefined, samples: readonly Sample[]): Arrivals => {
  const counters = new Map<string, number>()
  const arrivals: Arrivals = { counters, telemetry: [], reports: [] }
  for (const sample of samples) {
    const { name, labels, value } = sample
    const kind = KINDS.get(name)
    const { namespace, pod } = labels
    if ((kind === undefined && name !== SEEN_METRICS.reports) || !namespace || !pod) continue
    const key = keyOf(sample)
    counters.set(key, value)
    const count = growthOf(value, before?.get(key))
    if (count <= 0) continue
    if (kind === undefined) arrivals.reports.push(...reportOf(labels, { namespace, pod, count }))
    else arrivals.telemetry.push({ namespace, pod, count, kind })
  }
  return arrivals
}
