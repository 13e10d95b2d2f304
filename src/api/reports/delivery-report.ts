/**
 * What the autoscaler knows of the delivery to all Destinations, from the metrics and logs of the gateways: the response of
 * `GET /delivery` at its port for health and metrics (Service odigos-autoscaler, port 8080), for the UI and the CLI. It costs the gateways
 * nothing: they are read every 15 seconds in any case. A replica that does not lead answers 404.
 */
import { z } from 'zod'
import { DELIVERY_CAUSES } from '../kinds/delivery.ts'
import { signalSchema } from '../vocabulary.ts'

export const DELIVERY_PATH = '/delivery'

const time = z.string()
const items = z.object({
  /** Items that the backend accepted. */
  sent: z.int(),
  /** Items that the backend rejected for good. */
  failed: z.int(),
  /** Items for which the queue had no room. */
  dropped: z.int(),
})

const signalDelivery = z.object({
  signal: signalSchema,
  /** As in the condition `Delivering`; absent while nothing is known. */
  reason: z.string().optional(),
  /** In the last five minutes. */
  lately: items,
  /** Since this autoscaler leads. */
  total: items,
  /** Items per second that the backend accepted in the last five minutes; fewer minutes count as five. */
  sentPerSecond: z.number(),
  /** In the queues of all gateways; 0 for a destination without a queue. */
  queuedBytes: z.number(),
  queueCapacityBytes: z.number(),
  /** Seconds until the queues are full at the rate of the last minutes; absent if they will not be within a day. */
  fullInSeconds: z.number().optional(),
  /** RFC 3339, since this autoscaler leads. */
  lastSuccessTime: time.optional(),
  lastError: z.object({ time, cause: z.enum(DELIVERY_CAUSES), message: z.string() }).optional(),
})

export const deliveryReport = z.object({
  /** When the gateways were last read, RFC 3339; absent before. */
  readTime: time.optional(),
  gateways: z.int(),
  /** Gateways that could not be read for a minute. */
  unreadGateways: z.int(),
  /** By name. */
  destinations: z.array(z.object({ name: z.string(), signals: z.array(signalDelivery) })),
})
export type DeliveryReport = z.infer<typeof deliveryReport>
export type SignalDeliveryReport = z.infer<typeof signalDelivery>
