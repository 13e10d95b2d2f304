/** One leader among several replicas, by a Lease that is renewed; optimistic updates settle every race. */
import type { KubeObject } from '../api/kubernetes.ts'
import type { Log } from '../process/log.ts'
import { pause } from './backoff.ts'
import { isConflict } from './error.ts'
import { objectPath } from './paths.ts'
import { RESOURCES } from './resources.ts'
import type { KubeClient } from './types.ts'

/** Defaults of client-go and controller-runtime. */
const TIMING = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 }
export type LeaderTiming = typeof TIMING

export interface LeaderOptions {
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

interface Lease extends KubeObject {
  spec: { holderIdentity?: string; leaseDurationSeconds?: number; leaseTransitions?: number; [field: string]: unknown }
}

/**
 * Waits for the Lease, then leads. Settles when `lead` ended or the signal was aborted; rejects with what `lead` threw,
 * or with LeaseLostError. The Lease is given back at the end, so that another replica leads within seconds.
 */
export const runAsLeader = async (options: LeaderOptions): Promise<void> => {
  const { signal, log, name, identity } = options
  const timing = options.timing ?? TIMING
  const lease = createLeaseHolder(options, timing)
  log.info({ lease: name, identity }, 'waiting for the lease')
  while (!signal.aborted && (await lease.tryHold()) !== 'held') await pause(jittered(timing.retryMs), signal)
  if (signal.aborted) return lease.release()

  log.info({ lease: name, identity }, 'leading')
  const term = new AbortController()
  const lead = options.lead(AbortSignal.any([signal, term.signal])).finally(() => term.abort())
  lead.catch(() => undefined)
  try {
    const lost = await keepLease(lease.tryHold, timing, AbortSignal.any([signal, term.signal]))
    if (!lost) return await lead
    term.abort(new LeaseLostError(`the lease ${name} was lost`))
    // The caller ends the process; work that goes on for longer than the lease lasts must not be waited for.
    await Promise.race([lead.catch(() => undefined), pause(timing.leaseMs - timing.renewDeadlineMs, signal)])
    throw term.signal.reason
  } finally {
    await lease.release()
  }
}

const jittered = (ms: number): number => ms * (1 + Math.random() * 0.2)

/** Whether we hold the Lease, another replica does, or it could not be told. */
type Hold = 'held' | 'other' | 'unknown'

/** Renews until `signal` is aborted (false), or until another holds it or no renewal worked for the deadline (true). */
const keepLease = async (tryHold: () => Promise<Hold>, timing: LeaderTiming, signal: AbortSignal): Promise<boolean> => {
  let renewedAt = performance.now()
  for (;;) {
    await pause(timing.retryMs, signal)
    if (signal.aborted) return false
    const left = renewedAt + timing.renewDeadlineMs - performance.now()
    const attemptAt = performance.now()
    const tooLate = pause(Math.max(left, 0), signal).then(() => 'unknown' as const)
    const hold = await Promise.race([tryHold(), tooLate])
    if (hold === 'other') return true
    if (hold === 'held') renewedAt = attemptAt
    else if (!signal.aborted && performance.now() - renewedAt >= timing.renewDeadlineMs) return true
  }
}

/** MicroTime, as a Lease wants it: RFC 3339 with six digits. */
const microTime = (): string => new Date().toISOString().replace('Z', '000Z')

const createLeaseHolder = ({ client, namespace, name, identity, log }: LeaderOptions, timing: LeaderTiming) => {
  const ref = { type: RESOURCES.leases, namespace, name }
  /** The Lease as last seen, and when by our own clock; the clock of another machine is never compared. */
  let seen: { version: string | undefined; at: number } | undefined
  let everHeld = false

  const spec = (before: Lease['spec'] | undefined): Lease['spec'] => ({
    ...before,
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(timing.leaseMs / 1000),
    renewTime: microTime(),
    ...(before?.holderIdentity === identity
      ? {}
      : { acquireTime: microTime(), leaseTransitions: before ? (before.leaseTransitions ?? 0) + 1 : 0 }),
  })

  const isFree = (lease: Lease): boolean => {
    const { holderIdentity, leaseDurationSeconds = 0 } = lease.spec
    if (!holderIdentity || holderIdentity === identity) return true
    const version = lease.metadata.resourceVersion
    if (seen?.version !== version) seen = { version, at: performance.now() }
    return performance.now() - seen!.at > leaseDurationSeconds * 1000
  }

  const attempt = async (): Promise<Hold> => {
    const lease = await client.get<Lease>(ref)
    if (!lease) {
      const metadata = { namespace, name }
      await client.create(
        RESOURCES.leases,
        { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: spec(undefined) },
        'odigos-leader',
      )
      return 'held'
    }
    if (!isFree(lease)) return 'other'
    // PUT with the resourceVersion that was read: of two replicas that try, the API server refuses one.
    await client.request('PUT', objectPath(ref), { ...lease, spec: spec(lease.spec) })
    return 'held'
  }

  const tryHold = async (): Promise<Hold> => {
    try {
      const hold = await attempt()
      everHeld ||= hold === 'held'
      return hold
    } catch (error) {
      if (!isConflict(error)) log.warn({ lease: name, err: error }, 'the lease could not be read or written')
      return 'unknown'
    }
  }

  const release = async (): Promise<void> => {
    if (!everHeld) return
    try {
      const lease = await client.get<Lease>(ref)
      if (lease?.spec.holderIdentity !== identity) return
      const released = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime() }
      await client.request('PUT', objectPath(ref), { ...lease, spec: released })
      log.info({ lease: name }, 'gave the lease back')
    } catch (error) {
      log.warn({ lease: name, err: error }, 'the lease could not be given back')
    }
  }

  return { tryHold, release }
}
