/** One leader among several replicas, by a Lease that is renewed; the API server settles every race. */
import type { Log } from '../../process/log.ts'
import { sleep } from '../http/backoff.ts'
import { createDeadline } from '../http/deadline.ts'
import { isConflict, isNotFound } from '../http/error.ts'
import type { Lease, Observation } from './lease.ts'
import { heldSpec, isFree, observe, releasedSpec } from './lease.ts'
import { collectionPath, objectPath } from '../http/paths.ts'
import { RESOURCES } from '../resources.ts'
import type { KubeClient } from '../types.ts'

/** Defaults of client-go and controller-runtime. */
const TIMING = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 }
export type LeaderTiming = typeof TIMING

export interface LeaderOptions {
  /** Without a signal of its own, or with one that outlives this one: the Lease is given back after the abort. */
  client: KubeClient
  namespace: string
  /** Of the Lease. */
  name: string
  /** Of this replica; must be another one for each process that runs at the same time. */
  identity: string
  signal: AbortSignal
  log: Log
  /** The work of the leader. Its signal is aborted at shutdown and when the Lease is lost. */
  lead: (signal: AbortSignal) => Promise<void>
  timing?: LeaderTiming
}

/** The Lease was lost while leading: another replica may lead now, so the process must end. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError'
}

const jittered = (ms: number): number => ms * (1 + Math.random() * 0.2)

/** Whether we hold the Lease, another replica does, or it could not be told. */
type Hold = 'held' | 'other' | 'unknown'

interface Held {
  tryHold: () => Promise<Hold>
  /** When the attempt began that got the Lease, by the monotonic clock: others count from what it wrote then. */
  heldAt: number
}

/** Renews until `signal` is aborted (false), or until another holds it or no renewal worked for the deadline (true). */
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
  // The caller ends the process; work that outlasts the Lease must not be waited for.
  await Promise.race([lead.catch(() => undefined), sleep(timing.leaseMs - timing.renewDeadlineMs, options.signal)])
  throw error
}

const createLeaseHolder = ({
  client,
  namespace,
  name,
  identity,
  log,
  timing,
}: LeaderOptions & { timing: LeaderTiming }) => {
  const ref = { type: RESOURCES.leases, namespace, name }
  let observed: Observation | undefined
  let everHeld = false
  const ending = new AbortController()
  let underWay: Promise<unknown> = Promise.resolve()

  const path = objectPath(ref)
  const read = async (limit: AbortSignal): Promise<Lease | undefined> => {
    try {
      return await client.request<Lease>('GET', path, undefined, limit)
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  const attempt = async (): Promise<Hold> => {
    using deadline = createDeadline(timing.renewDeadlineMs, [ending.signal], `the lease ${name} took too long`)
    const limit = deadline.signal
    const lease = await read(limit)
    const spec = heldSpec(lease?.spec, identity, timing.leaseMs, new Date())
    if (!lease) {
      const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name }, spec }
      await client.request('POST', collectionPath(RESOURCES.leases, namespace), object, limit)
      return 'held'
    }
    observed = observe(lease, observed, performance.now())
    if (!isFree(lease, identity, observed, performance.now())) return 'other'
    // PUT with the resourceVersion that was read: of two replicas that try, the API server refuses one.
    await client.request('PUT', path, { ...lease, spec }, limit)
    return 'held'
  }

  const tryHold = async (): Promise<Hold> => {
    try {
      const trying = attempt()
      underWay = trying.catch(() => undefined)
      const hold = await trying
      everHeld ||= hold === 'held'
      return hold
    } catch (error) {
      if (!isConflict(error) && !ending.signal.aborted)
        log.warn({ lease: name, err: error }, 'the lease could not be read or written')
      return 'unknown'
    }
  }

  const giveBack = async (limit: AbortSignal): Promise<void> => {
    const lease = await read(limit)
    if (lease?.spec.holderIdentity !== identity) return
    await client.request('PUT', path, { ...lease, spec: releasedSpec(lease.spec, new Date()) }, limit)
    log.info({ lease: name }, 'gave the lease back')
  }

  const release = async (): Promise<void> => {
    // A renewal that reads the Lease only after it was given back would take it again.
    ending.abort()
    await underWay
    if (!everHeld) return
    const limit = AbortSignal.timeout(timing.retryMs)
    // One that was sent already can come between reading and writing; after it there is none.
    const again = (error: unknown): Promise<void> => (isConflict(error) ? giveBack(limit) : Promise.reject(error))
    await giveBack(limit)
      .catch(again)
      .catch((error: unknown) => log.warn({ lease: name, err: error }, 'the lease could not be given back'))
  }

  return { tryHold, release }
}

/**
 * Waits for the Lease, then leads. Settles when `lead` ended or the signal was aborted; rejects with what `lead` threw,
 * or with LeaseLostError. The Lease is given back at the end, so that another replica leads within seconds.
 */
export const runAsLeader = async (options: LeaderOptions): Promise<void> => {
  const { signal, log, name, identity, timing = TIMING } = options
  const lease = createLeaseHolder({ ...options, timing })
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
