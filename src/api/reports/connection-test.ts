/**
 * A test of the connection of a Destination that need not exist: `POST /connection-test` at port 8080 of the Service odigos-autoscaler, for
 * the UI and for scripts (docs/adr/0025-connection-test.md). The body is a Destination, or its `spec`, as JSON or YAML. It answers within 30
 * seconds. One test is made at a time: further requests get 429. What would be refused of a Destination gets 422. A replica that does not lead answers 404.
 */
import { z } from 'zod'
import { destinationSpec } from '../kinds/destination.ts'
import type { Reason } from '../reasons.ts'
import { REASONS } from '../reasons.ts'
import { nameSchema, signalSchema } from '../vocabulary.ts'

export const connectionTestRequest = z.object({
  /** `disabled` has no effect. */
  spec: destinationSpec,
  /** Secret with values that take precedence over those of `spec.secretRef`; it must have the label of tests. */
  enteredSecretRef: z.object({ name: nameSchema }).optional(),
  /** Keys of the Secret of `spec.secretRef` that are left out. */
  clearedKeys: z.array(z.string().max(253)).max(100).default([]),
})
export type ConnectionTestRequest = z.infer<typeof connectionTestRequest>

const reason = z.enum(Object.keys(REASONS) as [Reason, ...Reason[]])

const signalResult = z.object({
  signal: signalSchema,
  /** Passed: the backend accepted a probe. Stopped: it did not get or not accept it. Unknown: its answer cannot be seen. */
  outcome: z.enum(['Passed', 'Stopped', 'Unknown']),
  reason,
  message: z.string(),
  /** What to do, more exactly than by the reason. */
  remedy: z.string().optional(),
})
export type SignalResult = z.infer<typeof signalResult>

export const connectionTestReport = z.object({
  /** Value of the attribute `odigos.probe` of the probes, by which backends find them. */
  probe: z.string(),
  /** RFC 3339. */
  sentTime: z.string(),
  durationMs: z.int(),
  /** By signal. */
  signals: z.array(signalResult),
})
export type ConnectionTestReport = z.infer<typeof connectionTestReport>
