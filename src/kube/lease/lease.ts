/** Reads and computes the spec of a Lease; no I/O. Times of the local clock are in milliseconds. */
import type { KubeObject } from '../../api/kubernetes.ts'

export interface Lease extends KubeObject {
  spec: {
    holderIdentity?: string
    leaseDurationSeconds?: number
    leaseTransitions?: number
    [field: string]: unknown
  }
}

/** A version of the Lease and when it was first observed: the holder's clock is never compared with the local one. */
export interface Observation {
  version: string | undefined
  at: number
}

export const observe = (lease: Lease, before: Observation | undefined, now: number): Observation => {
  const version = lease.metadata.resourceVersion
  return before && before.version === version ? before : { version, at: now }
}

/** Whether `identity` may acquire the Lease: it holds it, nobody does, or the holder did not renew it in time. */
export const isFree = (lease: Lease, identity: string, observed: Observation, now: number): boolean => {
  const { holderIdentity, leaseDurationSeconds = 0 } = lease.spec
  if (!holderIdentity || holderIdentity === identity) return true
  return now - observed.at > leaseDurationSeconds * 1000
}

/** The MicroTime format of a Lease: RFC 3339 with six digits. */
const microTime = (date: Date): string => date.toISOString().replace('Z', '000Z')

/** The spec with which `identity` holds the Lease for another `leaseMs`. */
export const heldSpec = (
  before: Lease['spec'] | undefined,
  identity: string,
  leaseMs: number,
  date: Date,
): Lease['spec'] => {
  const time = microTime(date)
  const held = {
    ...before,
    holderIdentity: identity,
    leaseDurationSeconds: Math.max(1, Math.ceil(leaseMs / 1000)),
    renewTime: time,
  }
  if (before?.holderIdentity === identity) return held
  const leaseTransitions = before ? (before.leaseTransitions ?? 0) + 1 : 0
  return { ...held, acquireTime: time, leaseTransitions }
}

/** The spec of a released Lease; a duration of 0 is not allowed. */
export const releasedSpec = (before: Lease['spec'], date: Date): Lease['spec'] => ({
  ...before,
  holderIdentity: '',
  leaseDurationSeconds: 1,
  renewTime: microTime(date),
})
