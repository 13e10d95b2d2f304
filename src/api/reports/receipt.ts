/**
 * A delivery receipt: how far a probe came on the way from a node collector to the destinations, and why not further. The response of
 * `POST /receipt` at port 8080 of the Service odigos-autoscaler, for the UI, the CLI and scripts (docs/adr/0021-receipt.md). The query has
 * either `namespace`, `kind` and `name` of a workload, or `destination`; and optionally `node`, the name of the node to begin at. It
 * answers within 30 seconds. One receipt is made at a time: further requests get 429. A replica that does not lead answers 404.
 */
import { z } from 'zod'
import type { Reason } from '../reasons.ts'
import { REASONS } from '../reasons.ts'
import { signalSchema } from '../vocabulary.ts'

/** In the order of the way. The probe begins at the node collector; of what is before, the state of the workload tells. */
export const HOPS = ['Agent', 'NodeCollector', 'Gateway', 'Actions', 'Queue', 'Destination'] as const
export type HopName = (typeof HOPS)[number]

const reason = z.enum(Object.keys(REASONS) as [Reason, ...Reason[]])

const hop = z.object({
  hop: z.enum(HOPS),
  /** Passed and Stopped were seen; Unknown is what could not be observed. */
  outcome: z.enum(['Passed', 'Stopped', 'Unknown']),
  reason: reason.optional(),
  message: z.string(),
  /** Name of the pod that left the mark. */
  pod: z.string().optional(),
  /** Time after the probe was sent at which the mark was seen (ms); it was left up to half a second before. */
  afterMs: z.int().optional(),
})
export type Hop = z.infer<typeof hop>

const path = z.object({
  signal: signalSchema,
  /** Name of the Destination; absent where none takes the signal, or the probe came to none. */
  destination: z.string().optional(),
  isDelivered: z.boolean(),
  hops: z.array(hop),
  /** The receipt of this path in one line. */
  line: z.string(),
})
export type ReceiptPath = z.infer<typeof path>

export const receiptReport = z.object({
  /** Value of the attribute `odigos.probe` of the probes, by which backends find them. */
  probe: z.string(),
  /** RFC 3339. */
  sentTime: z.string(),
  durationMs: z.int(),
  /** `KIND/NAME in NAMESPACE`, or `Destination/NAME`. */
  subject: z.string(),
  /** What is known of the agent of the workload; absent for a Destination. */
  agent: hop.optional(),
  /** Observations that concern all paths, such as a clock that is wrong. */
  warnings: z.array(z.object({ reason, message: z.string() })),
  /** By signal and destination. */
  paths: z.array(path),
})
export type Receipt = z.infer<typeof receiptReport>
