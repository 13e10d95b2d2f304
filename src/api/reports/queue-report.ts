/** What a queue keeper returns as its termination message, and the autoscaler reads. */
import { z } from 'zod'

/** Name of the init container. */
export const QUEUE_KEEPER = 'queue-keeper'

/** The kubelet keeps this many bytes of a termination message. */
const MAX_MESSAGE_BYTES = 4096

const damagedQueue = z.object({
  exporter: z.string(),
  signal: z.string(),
  /** Requests that were taken out of the damaged file. */
  recovered: z.int(),
  /** Requests that had waited in it; absent if that is unknown. */
  expected: z.int().optional(),
})
export type DamagedQueue = z.infer<typeof damagedQueue>

const report = z.object({ damaged: z.array(damagedQueue) })

/** As much of it as a message holds. */
export const encodeQueueReport = (damaged: readonly DamagedQueue[]): string => {
  const message = JSON.stringify({ damaged })
  return Buffer.byteLength(message) <= MAX_MESSAGE_BYTES ? message : encodeQueueReport(damaged.slice(0, -1))
}

/** Empty for any other text. */
export const parseQueueReport = (message: string): DamagedQueue[] => {
  try {
    return report.safeParse(JSON.parse(message)).data?.damaged ?? []
  } catch {
    return []
  }
}
