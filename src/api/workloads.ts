import { createHash } from 'node:crypto'
import { RESTARTED_AT_ANNOTATION } from './names.ts'

/** A workload in a namespace that is known from the context. */
export interface WorkloadRef {
  apiVersion: string
  kind: string
  name: string
}

/** Kubernetes allows 253 characters in an object's name (RFC 1123 subdomain). */
const MAX_NAME_LENGTH = 253

/**
 * Name of the InstrumentationConfig of a workload: `<kind>-<name>`, lower case. A name that would be too long is
 * truncated and ends in a hash of the full name, so that it stays unique.
 */
export const instrumentationConfigName = (kind: string, name: string): string => {
  const full = `${kind.toLowerCase()}-${name}`
  if (full.length <= MAX_NAME_LENGTH) return full
  const hash = createHash('sha256').update(full).digest('hex').slice(0, 10)
  return `${full.slice(0, MAX_NAME_LENGTH - hash.length - 1)}-${hash}`
}

/** The merge patch with which `kubectl rollout restart` restarts a workload. `now` is an RFC 3339 time. */
export const restartPatch = (now: string): object => ({
  spec: { template: { metadata: { annotations: { [RESTARTED_AT_ANNOTATION]: now } } } },
})
