/** What is remembered of the delivery by all gateways: figures of the last minutes, errors, and what they say. */
import type { QueueReading } from '../queue-metrics.ts'
import type { DeliveryError } from './error-lines.ts'
import type { FlowTiming } from './timing.ts'
import { FLOW_TIMING } from './timing.ts'
import type { Items, Standing } from './totals.ts'
import { addItems, createTotals, flowKey, NO_ITEMS } from './totals.ts'
import type { Held, SignalFacts, Verdict } from './verdict.ts'
import { hold, verdictOf } from './verdict.ts'

export interface SignalFlow extends SignalFacts {
  /** Undefined where nothing moves and nothing is known of the time before. */
  verdict: Verdict | undefined
  /** Since these gateways are watched. */
  total: Items
}

export interface FlowView {
  atMs: number
  gateways: number
  /** Gateways that have not been read for a while. */
  unread: number
  /** Whether no gateway has been read for that long, or there is none. */
  isBlind: boolean
  /** Whether the gateways have been read often enough to say something. */
  isSettled: boolean
  /** By exporter and signal, see `flowKey`. */
  signals: ReadonlyMap<string, SignalFlow>
}

interface Point extends Items {
  atMs: number
  sizeBytes: number
}

interface Memory {
  points: Point[]
  total: Items
  lastSuccessMs?: number
  waitingSinceMs?: number
  lastError?: DeliveryError
  held?: Held | undefined
  /** When a gateway last had the exporter. */
  atMs: number
}

/** A gateway is replaced within this time; what is remembered is of the one before, too. */
const FORGET_MS = 900_000

/** A timeout says less than what was said shortly before. */
const CAUSE_MS = 60_000

const saysMore = (error: DeliveryError, before: DeliveryError | undefined): boolean => {
  if (!before) return true
  const hidesCause = error.cause === 'Timeout' && before.cause !== 'Timeout' && error.atMs - before.atMs < CAUSE_MS
  return error.atMs >= before.atMs && !hidesCause
}

const sumSince = (points: readonly Point[], sinceMs: number): Items =>
  points.filter(({ atMs }) => atMs > sinceMs).reduce<Items>(addItems, NO_ITEMS)

/** Bytes a millisecond between the first and the last point, if these are far enough apart. */
const growthOf = (points: readonly Point[], { growthMs }: FlowTiming): { growth?: number } => {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || last.atMs - first.atMs < growthMs) return {}
  return { growth: (last.sizeBytes - first.sizeBytes) / (last.atMs - first.atMs) }
}

const remember = (memory: Memory, point: Point, { windowMs }: FlowTiming): void => {
  const { atMs, sent, sizeBytes } = point
  memory.atMs = atMs
  memory.points = [...memory.points.filter((each) => atMs - each.atMs < windowMs), point]
  memory.total = addItems(memory.total, point)
  if (sent > 0) memory.lastSuccessMs = atMs
  if (sent > 0 || sizeBytes === 0) delete memory.waitingSinceMs
  else memory.waitingSinceMs ??= atMs
}

const factsOf = (standing: Standing, memory: Memory, nowMs: number, timing: FlowTiming): SignalFacts => {
  const { points, lastSuccessMs, waitingSinceMs, lastError } = memory
  return {
    ...standing,
    window: sumSince(points, nowMs - timing.windowMs),
    recent: sumSince(points, nowMs - timing.recentMs),
    latest: sumSince(points, nowMs - timing.stallMs),
    ...growthOf(points, timing),
    ...(lastSuccessMs === undefined ? {} : { lastSuccessMs }),
    ...(waitingSinceMs === undefined ? {} : { waitingSinceMs }),
    ...(lastError ? { lastError } : {}),
  }
}

export const createFlow = (timing: FlowTiming = FLOW_TIMING) => {
  const totals = createTotals()
  const memories = new Map<string, Memory>()
  /** Since the last point. */
  let pending = new Map<string, Items>()
  let looks = 0
  let lastReadMs: number | undefined

  const memoryOf = (key: string, nowMs: number): Memory => {
    const memory = memories.get(key) ?? { points: [], total: NO_ITEMS, atMs: nowMs }
    memories.set(key, memory)
    return memory
  }
  const add = (key: string, items: Items): void => void pending.set(key, addItems(pending.get(key) ?? NO_ITEMS, items))

  const flowOf = (key: string, standing: Standing, nowMs: number): SignalFlow => {
    const memory = memoryOf(key, nowMs)
    const { sent, failed, dropped } = pending.get(key) ?? NO_ITEMS
    // What a backend refused of an accepted request can be told before the request is counted.
    remember(memory, { atMs: nowMs, sizeBytes: standing.sizeBytes, sent: Math.max(0, sent), failed, dropped }, timing)
    const facts = factsOf(standing, memory, nowMs, timing)
    memory.held = hold(memory.held, verdictOf(facts, nowMs, timing, !memory.held), nowMs, timing)
    return { ...facts, total: memory.total, verdict: memory.held?.verdict }
  }

  return {
    /** The gateways that exist now. */
    list: totals.list,
    /** Counts what a gateway says. */
    read: (uid: string, now: readonly QueueReading[], nowMs: number): void => {
      lastReadMs = nowMs
      for (const [key, items] of totals.read(uid, now, nowMs)) add(key, items)
    },
    /** Takes errors from the log of a gateway, each once. What a queue did not take is counted, and its words would hide the backend's. */
    errors: (errors: readonly DeliveryError[]): void => {
      for (const error of errors.filter(({ isOfQueue }) => !isOfQueue)) {
        const memory = memoryOf(flowKey(error), error.atMs)
        if (saysMore(error, memory.lastError)) memory.lastError = error
        const { refusedOfAccepted: refused } = error
        if (refused > 0) add(flowKey(error), { sent: -refused, failed: refused, dropped: 0 })
      }
    },
    /** Ends a round of readings of all gateways. */
    look: (nowMs: number): FlowView => {
      looks += 1
      lastReadMs ??= nowMs
      for (const [key, { atMs }] of memories) if (nowMs - atMs > FORGET_MS) memories.delete(key)
      const standings = totals.standings()
      const signals = new Map(
        Array.from(standings, ([key, standing]): [string, SignalFlow] => [key, flowOf(key, standing, nowMs)]),
      )
      pending = new Map()
      const unread = totals.unread(nowMs - timing.unreadMs)
      const isBlind = nowMs - lastReadMs > timing.unreadMs
      return { atMs: nowMs, gateways: totals.size(), unread, isBlind, isSettled: looks > 1, signals }
    },
  }
}
export type Flow = ReturnType<typeof createFlow>

/** Before the first reading. */
export const NOTHING_READ: FlowView = {
  atMs: 0,
  gateways: 0,
  unread: 0,
  isBlind: false,
  isSettled: false,
  signals: new Map(),
}
