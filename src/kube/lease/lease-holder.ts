/** Acquires, renews and releases the Lease for one replica. */
import type { Log } from '../../process/log.ts'
import { createDeadline } from '../http/deadline.ts'
import { isConflict, isNotFound } from '../http/error.ts'
import { collectionPath, objectPath } from '../http/paths.ts'
import { RESOURCES } from '../resources.ts'
import type { KubeClient } from '../types.ts'
import type { Lease, Observation } from './lease.ts'
import { heldSpec, isFree, observe, releasedSpec } from './lease.ts'

/** Whether this replica holds the Lease, another does, or neither could be determined. */
export type Hold = 'held' | 'other' | 'unknown'

export interface LeaseHolderOptions {
  client: KubeClient
  namespace: string
  name: string
  identity: string
  log: Log
  /** How long the Lease is valid without a renewal. */
  leaseMs: number
  /** Time-out of one attempt to acquire or renew it. */
  requestLimitMs: number
  /** Time-out of its release. */
  releaseLimitMs: number
}

/** The requests about one Lease. */
const createLeaseClient = ({ client, namespace, name }: LeaseHolderOptions) => {
  const path = objectPath({ type: RESOURCES.leases, namespace, name })
  return {
    read: async (limit: AbortSignal): Promise<Lease | undefined> => {
      try {
        return await client.request<Lease>('GET', path, undefined, limit)
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
    },
    create: (spec: Lease['spec'], limit: AbortSignal): Promise<unknown> => {
      const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name }, spec }
      return client.request('POST', collectionPath(RESOURCES.leases, namespace), object, limit)
    },
    /** PUT with the resourceVersion that was read: if two replicas try, the API server rejects one. */
    replace: (lease: Lease, spec: Lease['spec'], limit: AbortSignal): Promise<unknown> =>
      client.request('PUT', path, { ...lease, spec }, limit),
  }
}
type LeaseClient = ReturnType<typeof createLeaseClient>

/** One attempt to acquire or renew the Lease. */
const createAttempt = ({ identity, leaseMs }: LeaseHolderOptions, lease: LeaseClient) => {
  let observed: Observation | undefined
  return async (limit: AbortSignal): Promise<Hold> => {
    const found = await lease.read(limit)
    const spec = heldSpec(found?.spec, identity, leaseMs, new Date())
    if (!found) {
      await lease.create(spec, limit)
      return 'held'
    }
    observed = observe(found, observed, performance.now())
    if (!isFree(found, identity, observed, performance.now())) return 'other'
    await lease.replace(found, spec, limit)
    return 'held'
  }
}

/** Releases the Lease, where this replica still holds it. */
const createReleaseOnce =
  ({ name, identity, log }: LeaseHolderOptions, lease: LeaseClient) =>
  async (limit: AbortSignal): Promise<void> => {
    const found = await lease.read(limit)
    if (found?.spec.holderIdentity !== identity) return
    await lease.replace(found, releasedSpec(found.spec, new Date()), limit)
    log.info({ lease: name }, 'released the lease')
  }

export const createLeaseHolder = (options: LeaseHolderOptions) => {
  const { name, log, requestLimitMs, releaseLimitMs } = options
  const lease = createLeaseClient(options)
  const attempt = createAttempt(options, lease)
  const releaseOnce = createReleaseOnce(options, lease)
  const ending = new AbortController()
  let everHeld = false
  let underWay: Promise<unknown> = Promise.resolve()

  const attemptInTime = async (): Promise<Hold> => {
    using deadline = createDeadline(requestLimitMs, [ending.signal], `the request for lease ${name} timed out`)
    return await attempt(deadline.signal)
  }

  const tryHold = async (): Promise<Hold> => {
    try {
      const trying = attemptInTime()
      underWay = trying.catch(() => undefined)
      const hold = await trying
      everHeld ||= hold === 'held'
      return hold
    } catch (error) {
      if (!isConflict(error) && !ending.signal.aborted)
        log.warn({ lease: name, err: error }, 'failed to read or update the lease')
      return 'unknown'
    }
  }

  const release = async (): Promise<void> => {
    // A renewal that reads the Lease after its release would acquire it again.
    ending.abort()
    await underWay
    if (!everHeld) return
    const limit = AbortSignal.timeout(releaseLimitMs)
    // One renewal may be in flight between reading and writing; no other follows.
    const retry = (error: unknown): Promise<void> => (isConflict(error) ? releaseOnce(limit) : Promise.reject(error))
    await releaseOnce(limit)
      .catch(retry)
      .catch((error: unknown) => log.warn({ lease: name, err: error }, 'failed to release the lease'))
  }

  return { tryHold, release }
}
