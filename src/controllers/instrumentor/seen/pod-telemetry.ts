/** What is remembered of the telemetry and reports of each pod, since this instrumentor leads. */
import { COUNTER_EXPIRY_MS } from '../../../collector/counter.ts'
import type { Arrivals, ReportArrival, SeenKind, TelemetryArrival } from './arrivals.ts'

/** Reports of processes that are alike, with their number and the time of the last one (ms). */
export interface AgentReports extends Omit<ReportArrival, 'namespace' | 'pod'> {
  atMs: number
}

export interface PodTelemetry {
  /** When each last arrived (ms). */
  arrivedMs: Partial<Record<SeenKind, number>>
  /** How many items have arrived. */
  items?: Partial<Record<SeenKind, number>>
  reports: readonly AgentReports[]
}

/** Maximum number of different reports of one pod, against one that sends ever other ones. */
const MAX_REPORTS = 20
/** What is exact to this, is no news. */
const EXACT_MS = 60_000

const isAlike = (a: AgentReports, b: ReportArrival): boolean =>
  a.container === b.container && a.outcome === b.outcome && a.reason === b.reason && a.message === b.message

const withReport = (reports: readonly AgentReports[], arrival: ReportArrival, atMs: number): AgentReports[] => {
  const { namespace: _namespace, pod: _pod, ...report } = arrival
  const known = reports.find((each) => isAlike(each, arrival))
  const others = reports.filter((each) => each !== known).slice(1 - MAX_REPORTS)
  return [...others, { ...report, count: report.count + (known?.count ?? 0), atMs }]
}

const NOTHING: PodTelemetry = { arrivedMs: {}, reports: [] }

export interface Reading extends Pick<Arrivals, 'telemetry' | 'reports'> {
  /** Whether the collector was not read before, so that what it counted may have arrived some time ago. */
  isFirst: boolean
  nowMs: number
}

interface PodName {
  namespace: string
  pod: string
}

const keyOf = ({ namespace, pod }: PodName): string => `${namespace}/${pod}`

export const createPodTelemetry = () => {
  const pods = new Map<string, PodTelemetry>()

  const put = (key: string, next: PodTelemetry): boolean => {
    pods.set(key, next)
    return true
  }

  const putTelemetry = (key: string, { kind, count }: TelemetryArrival, atMs: number): boolean => {
    const before = pods.get(key) ?? NOTHING
    const items = { ...before.items, [kind]: (before.items?.[kind] ?? 0) + count }
    const last = before.arrivedMs[kind]
    const isNews = last === undefined || atMs - last >= EXACT_MS
    put(key, { ...before, items, ...(isNews ? { arrivedMs: { ...before.arrivedMs, [kind]: atMs } } : {}) })
    return isNews
  }

  const putReport = (key: string, arrival: ReportArrival, atMs: number): boolean => {
    const before = pods.get(key) ?? NOTHING
    return put(key, { ...before, reports: withReport(before.reports, arrival, atMs) })
  }

  return {
    /**
     * Keeps what a collector counted of the pods for which `createdMs` returns a time; returns those about which that is
     * news. What may have arrived some time ago has the earliest possible time.
     */
    put: (
      { telemetry, reports, isFirst, nowMs }: Reading,
      createdMs: (namespace: string, pod: string) => number | undefined,
    ): PodName[] => {
      const news = new Map<string, PodName>()
      const keep = (name: PodName, store: (key: string, atMs: number) => boolean): void => {
        const earliestMs = createdMs(name.namespace, name.pod)
        if (earliestMs === undefined) return
        const atMs = isFirst ? Math.max(nowMs - COUNTER_EXPIRY_MS, earliestMs) : nowMs
        if (store(keyOf(name), atMs)) news.set(keyOf(name), name)
      }
      for (const arrival of telemetry) keep(arrival, (key, atMs) => putTelemetry(key, arrival, atMs))
      for (const arrival of reports) keep(arrival, (key, atMs) => putReport(key, arrival, atMs))
      return [...news.values()]
    },
    get: (namespace: string, pod: string): PodTelemetry | undefined => pods.get(keyOf({ namespace, pod })),
    /** Forgets the pods that `exists` does not know. */
    prune: (exists: (namespace: string, pod: string) => boolean): void => {
      for (const key of pods.keys()) {
        const [namespace = '', pod = ''] = key.split('/')
        if (!exists(namespace, pod)) pods.delete(key)
      }
    },
  }
}
export type PodTelemetryStore = ReturnType<typeof createPodTelemetry>
