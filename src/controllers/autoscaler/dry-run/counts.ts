/** What Actions in mode DryRun would have dropped, added up over all gateways. Pure. */
import type { DryRun } from '../../../api/actions/dry-run.ts'
import type { Action } from '../../../api/kinds/action.ts'
import { actionSignals, isDryRun } from '../../../api/kinds/action.ts'
import { rfc3339 } from '../../../api/time.ts'
import { SIGNALS } from '../../../api/vocabulary.ts'
import { DRY_RUN_LABEL, DRY_RUN_METRICS } from '../../../collector/actions/dry-runs.ts'
import type { Sample } from '../../../prometheus/text.ts'

/** By name of the Action. */
export type DryRunView = ReadonlyMap<string, DryRun>

interface Tried {
  generation: number | undefined
  sinceMs: number
  /** Gateways that were there when the counting began: what they had counted before is of an earlier time. */
  before: ReadonlySet<string>
  /** What each gateway counted last, by gateway and metric. */
  last: Map<string, number>
  /** Sums by metric. */
  sums: Map<string, number>
}

const METRICS: readonly string[] = Object.values(DRY_RUN_METRICS).flatMap((names) => Object.values(names))

/** A counter starts again with its collector, and when nothing was counted for some minutes. */
const grown = (value: number, before: number): number => (value < before ? value : value - before)

const add = (tried: Tried, uid: string, { name, value }: Sample): void => {
  const key = `${uid} ${name}`
  const start = tried.before.has(uid) ? value : 0
  tried.sums.set(name, (tried.sums.get(name) ?? 0) + grown(value, tried.last.get(key) ?? start))
  tried.last.set(key, value)
}

/** A gateway without a series has counted nothing; what it counts from then on is new. */
const noteAbsent = (tried: Tried, uid: string, present: ReadonlySet<string>): void => {
  for (const metric of METRICS) {
    const key = `${uid} ${metric}`
    if (!present.has(metric) && !tried.last.has(key)) tried.last.set(key, 0)
  }
}

const dryRunOf = ({ spec }: Action, { sinceMs, sums }: Tried): DryRun => {
  const signals = actionSignals(spec)
  const sum = (metric: string): number => sums.get(metric) ?? 0
  return {
    sinceTime: rfc3339(sinceMs),
    signals: SIGNALS.filter((signal) => signals.includes(signal)).map((signal) => ({
      signal,
      items: sum(DRY_RUN_METRICS.items[signal]),
      dropped: sum(DRY_RUN_METRICS.dropped[signal]),
    })),
  }
}

export const isTried = ({ spec }: Action): boolean => isDryRun(spec) && !spec.disabled

export const createDryRunCounts = () => {
  const tried = new Map<string, Tried>()
  return {
    /** The Actions that are tried now, and the gateways. One that was changed is counted anew. */
    list: (actions: readonly Action[], uids: ReadonlySet<string>, nowMs: number): void => {
      const names = new Set(actions.map(({ metadata }) => metadata.name))
      for (const name of tried.keys()) if (!names.has(name)) tried.delete(name)
      for (const { metadata } of actions) {
        const { name, generation } = metadata
        if (tried.get(name)?.generation === generation && tried.has(name)) continue
        tried.set(name, { generation, sinceMs: nowMs, before: uids, last: new Map(), sums: new Map() })
      }
    },
    /** Takes what a gateway has counted. */
    read: (uid: string, samples: readonly Sample[]): void => {
      for (const [name, each] of tried) {
        const own = samples.filter((sample) => sample.labels[DRY_RUN_LABEL] === name && METRICS.includes(sample.name))
        for (const sample of own) add(each, uid, sample)
        noteAbsent(each, uid, new Set(own.map((sample) => sample.name)))
      }
    },
    view: (actions: readonly Action[]): DryRunView =>
      new Map(
        actions.flatMap((action): [string, DryRun][] => {
          const each = tried.get(action.metadata.name)
          return each ? [[action.metadata.name, dryRunOf(action, each)]] : []
        }),
      ),
  }
}
