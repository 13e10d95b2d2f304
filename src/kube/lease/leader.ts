/** Leader election among replicas through a Lease; the API server resolves every race. */
import type { Log } from '../../process/log.ts'
import { sleep } from '../http/backoff.ts'
import type { KubeClient } from '../types.ts'
import type { Hold } from './lease-holder.ts'
import { createLeaseHolder } from './lease-holder.ts'

/** Defaults of client-go and controller-runtime. */
const TIMING = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 }
export type LeaderTiming = typeof TIMING

export interface LeaderOptions {
  /** Its own signal, if any, must outlive `signal`: the Lease is released after the abort. */
  client: KubeClient
  namespace: string
  /** Of the Lease. */
  name: string
  /** Identity of this replica, unique among running processes. */
  identity: string
  signal: AbortSignal
  log: Log
  /** The work of the leader. Its signal is aborted at shutdown and when the Lease is lost. */
  lead: (signal: AbortSignal) => Promise<void>
  timing?: LeaderTiming
}

/** The Lease was lost while leading: another replica may lead now, so the process must exit. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError'
}

const jittered = (ms: number): number => ms * (1 + Math.random() * 0.2)

interface Held {
  tryHold: () => Promise<Hold>
  /** Start of the attempt that acquired the Lease, by the monotonic clock: others count from what it wrote then. */
  heldAt: number
}

/** Renews until `signal` is aborted (false), or until another holds the Lease or renewals failed for the deadline (true). */
const keepLease = async ({ tryHold, heldAt }: Held, timing: LeaderTiming, signal: AbortSignal): Promise<boolean> => {
  let renewedAt = heldAt
  const left = (): number => Math.max(renewedAt + timing.renewDeadlineMs - performance.now(), 0)
  for (;;) {
    await sleep(Math.min(timing.retryMs, left()), signal)
    if (signal.aborted) return false
    const attemptAt = performance.now()
    const hold = await Promise.race([tryHold(), sleep(left(), signal).then(() => 'unknown' as const)])
    if (hold === 'held') renewedAt = attemptAt
    else if (hold === 'other' || performance.now() - renewedAt >= timing.renewDeadlineMs) return !signal.aborted
  }
}

const leadWhileHeld = async (options: LeaderOptions, timing: LeaderTiming, held: Held) => {
  const term = new AbortController()
  const either = AbortSignal.any([options.signal, term.signal])
  const lead = options.lead(either).finally(() => term.abort())
  lead.catch(() => undefined)
  const lost = await keepLease(held, timing, either)
  if (!lost) return lead
  const error = new LeaseLostError(`the lease ${options.name} was lost`)
  term.abort(error)
  // The caller ends the process; it must not wait for work that outlasts the Lease.
  await Promise.race([lead.catch(() => undefined), sleep(timing.leaseMs - timing.renewDeadlineMs, options.signal)])
  throw error
}

/**
 * Waits for the Lease, then leads. Resolves when `lead` returned or the signal was aborted; rejects with the error of
 * `lead` or with LeaseLostError. The Lease is released at the end, so that another replica leads within seconds.
 */
export const runAsLeader = async (options: LeaderOptions): Promise<void> => {
  const { signal, log, name, identity, timing = TIMING } = options
  const lease = createLeaseHolder({
    ...options,
    requestLimitMs: timing.renewDeadlineMs,
    leaseMs: timing.leaseMs,
    releaseLimitMs: timing.retryMs,
  })
  log.info({ lease: name, identity }, 'waiting for the lease')
  let attemptAt = performance.now()
  while (!signal.aborted && (await lease.tryHold()) !== 'held') {
    await sleep(jittered(timing.retryMs), signal)
    attemptAt = performance.now()
  }
  try {
    if (signal.aborted) return
    log.info({ lease: name, identity }, 'leading')
    await leadWhileHeld(options, timing, { tryHold: lease.tryHold, heldAt: attemptAt })
  } finally {
    await lease.release()
  }
}
