/** Reads the logs of gateways for the words of backends: bounded, and often only while something does not arrive. */
import type { Log } from '../../../../process/log.ts'
import type { KubeClient } from '../../../../kube/types.ts'
import { rfc3339 } from '../../../../api/time.ts'
import { COLLECTOR_CONTAINER } from '../../../../api/names.ts'
import type { CollectorPodView } from '../collector-pod-view.ts'
import type { DeliveryError } from './error-lines.ts'
import { deliveryErrors } from './error-lines.ts'

/** Of one reading of one pod. */
const MAX_LINES = 500
const MAX_BYTES = 512 * 1024
/** A kubelet that does not answer must not hold up the metrics of the others. */
const TIMEOUT_MS = 5_000
/** Of a log that was not read before. */
const FIRST_MS = 300_000
/** What is accepted only in part shows in no counter, so logs are read from time to time in any case. */
const IN_ANY_CASE_MS = 60_000

export interface LogsOptions {
  client: Pick<KubeClient, 'request'>
  log: Log
  signal: AbortSignal
  nowMs: () => number
}

interface Cursor {
  /** Time of the last line that was read. */
  lineMs: number
  readMs: number
}

export const createLogs = ({ client, log, signal, nowMs }: LogsOptions) => {
  const cursors = new Map<string, Cursor>()
  let isFailing = false

  const text = ({ metadata }: CollectorPodView, sinceMs: number): Promise<string> => {
    const query = new URLSearchParams({
      container: COLLECTOR_CONTAINER,
      sinceTime: rfc3339(sinceMs),
      tailLines: String(MAX_LINES),
      limitBytes: String(MAX_BYTES),
    })
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/log?${query.toString()}`
    return client.request<string>('GET', path, undefined, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]))
  }

  const readNew = async (pod: CollectorPodView): Promise<DeliveryError[]> => {
    const now = nowMs()
    const lineMs = cursors.get(pod.metadata.uid)?.lineMs ?? now - FIRST_MS
    // The time of a log is exact to a second.
    const errors = deliveryErrors(await text(pod, lineMs)).filter(({ atMs }) => atMs > lineMs)
    cursors.set(pod.metadata.uid, { lineMs: Math.max(lineMs, ...errors.map(({ atMs }) => atMs)), readMs: now })
    return errors
  }

  return {
    /** The errors in the log of a gateway that are new; none if it cannot be read, which is logged once. */
    read: async (pod: CollectorPodView, isUrgent: boolean): Promise<DeliveryError[]> => {
      const { readMs = -Infinity } = cursors.get(pod.metadata.uid) ?? {}
      if (!isUrgent && nowMs() - readMs < IN_ANY_CASE_MS) return []
      try {
        const errors = await readNew(pod)
        isFailing = false
        return errors
      } catch (error) {
        if (!isFailing && !signal.aborted)
          log.warn({ err: error, pod: pod.metadata.name }, 'the log of a gateway could not be read')
        isFailing = true
        return []
      }
    },
    /** Forgets the gateways that are gone. */
    keep: (uids: ReadonlySet<string>): void => {
      for (const uid of cursors.keys()) if (!uids.has(uid)) cursors.delete(uid)
    },
  }
}
