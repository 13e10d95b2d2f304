/**
 * What the instrumentor knows of the telemetry of workloads, as the node collectors count it: the response of `GET /telemetry` at its
 * port for health and metrics (Service odigos-instrumentor, port 8080), for the UI and the CLI. The node collectors are read every ten
 * seconds in any case. Items are spans, data points and log records; their sizes are not counted. A replica that does not lead answers 404.
 */
import { z } from 'zod'
import { signalSchema } from '../vocabulary.ts'

export const TELEMETRY_PATH = '/telemetry'

const signalTelemetry = z.object({
  signal: signalSchema,
  /** Items of the pods that exist now, since they started or since this instrumentor leads. */
  items: z.int(),
  /** RFC 3339, exact to a minute. */
  lastSeenTime: z.string().optional(),
})

export const telemetryReport = z.object({
  /** When this instrumentor began to read, RFC 3339. */
  sinceTime: z.string(),
  /** Those with an InstrumentationConfig, in the order of their names; signals of which nothing arrived are absent. */
  workloads: z.array(
    z.object({ namespace: z.string(), kind: z.string(), name: z.string(), signals: z.array(signalTelemetry) }),
  ),
})
export type TelemetryReport = z.infer<typeof telemetryReport>
export type SignalTelemetryReport = z.infer<typeof signalTelemetry>
