/** Reads and writes the Lease for one replica: takes it, renews it, gives it back. */
import type { Log } from '../../process/log.ts'
import { createDeadline } from '../http/deadline.ts'
import { isConflict, isNotFound } from '../http/error.ts'
import { collectionPath, objectPath } from '../http/paths.ts'
import { RESOURCES } from '../resources.ts'
import type { KubeClient } from '../types.ts'
import type { Lease, Observation } from './lease.ts'
import { heldSpec, isFree, observe, releasedSpec } from './lease.ts'

/** Whether we hold the Lease, another replica does, or it is not known. */
export type Hold = 'held' | 'other' | 'unknown'

export interface LeaseHolderOptions {
  client: KubeClient
  namespace: string
  name: string
  identity: string
  log: Log
  /** How long the Lease holds without a renewal. */
  leaseMs: number
  /** Limit of one attempt to get or renew it. */
  requestLimitMs: number
  /** Limit of giving it back. */
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
    /** With the resourceVersion that was read: of two replicas that try, the API server refuses one. */
    replace: (lease: Lease, spec: Lease['spec'], limit: AbortSignal): Promise<unknown> =>
      client.request('PUT', path, { ...lease, spec }, limit),
  }
}
type LeaseClient = ReturnType<typeof createLeaseClient>

/** One attempt to get or renew the Lease. */
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

/** Gives the Lease back, where it is still held by this replica. */
const createGiveBack =
  ({ name, identity, log }: LeaseHolderOptions, lease: LeaseClient) =>
  async (limit: AbortSignal): Promise<void> => {
    const found = await lease.read(limit)
    if (found?.spec.holderIdentity !== identity) return
    await lease.replace(found, releasedSpec(found.spec, new Date()), limit)
    log.info({ lease: name }, 'gave the lease back')
  }

export const createLeaseHolder = (options: LeaseHolderOptions) => {
  const { name, log, requestLimitMs, releaseLimitMs } = options
  const lease = createLeaseClient(options)
  const attempt = createAttempt(options, lease)
  const giveBack = createGiveBack(options, lease)
  const ending = new AbortController()
  let everHeld = false
  let underWay: Promise<unknown> = Promise.resolve()

  const attemptInTime = async (): Promise<Hold> => {
    using deadline = createDeadline(requestLimitMs, [ending.signal], `the lease ${name} took too long`)
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
        log.warn({ lease: name, err: error }, 'the lease could not be read or written')
      return 'unknown'
    }
  }

  const release = async (): Promise<void> => {
    // A renewal that reads the Lease only after it was given back would take it again.
    ending.abort()
    await underWay
    if (!everHeld) return
    const limit = AbortSignal.timeout(releaseLimitMs)
    // A renewal that was already sent can come between reading and writing; after it there is none.
    const retry = (error: unknown): Promise<void> => (isConflict(error) ? giveBack(limit) : Promise.reject(error))
    await giveBack(limit)
      .catch(retry)
      .catch((error: unknown) => log.warn({ lease: name, err: error }, 'the lease could not be given back'))
  }

  return { tryHold, release }
}
