/** What is known of the delivery to a Destination, in its status. */
import { z } from 'zod'
import { signalSchema } from '../vocabulary.ts'

/** What kind of error a backend answered with, or kept data from reaching it. */
export const DELIVERY_CAUSES = [
  'Credentials',
  'TooLarge',
  'Throttled',
  'Dns',
  'Tls',
  'Refused',
  'Timeout',
  'Unavailable',
  'Other',
] as const
export type DeliveryCause = (typeof DELIVERY_CAUSES)[number]

/** Time that the numbers of items in the status cover. */
export const FIGURES_MS = 300_000

/** Maximum length of the words of an error. */
export const MAX_ERROR_WORDS = 300

const items = (what: string) =>
  z.int().min(0).describe(`Items ${what} in the last five minutes, rounded to two significant digits.`)
const bytes = (what: string) => z.int().min(0).optional().describe(what)
const time = (description: string) => z.string().meta({ format: 'date-time', description })

const deliveryErrorSchema = z
  .object({
    time: time('Time at which the collector logged the error.'),
    cause: z.enum(DELIVERY_CAUSES).describe('Kind of the error.'),
    message: z
      .string()
      .max(MAX_ERROR_WORDS)
      .describe('The words of the backend or the network, without paths of URLs and what may be a credential.'),
  })
  .describe('Last error of the delivery.')

const signalDeliverySchema = z
  .object({
    signal: signalSchema,
    sent: items('that the backend accepted'),
    failed: items('that the backend rejected, and that are lost'),
    dropped: items('for which the queue had no room, and that are lost'),
    queuedBytes: bytes(
      'Size of what waits in the queues of all gateways, in bytes, rounded to two significant digits.',
    ),
    queueCapacityBytes: bytes('Capacity of the queues of all gateways, in bytes.'),
    lastSuccessTime: time(
      'Time at which the backend last accepted data; exact to ten minutes while data is delivered.',
    ).optional(),
    lastError: deliveryErrorSchema.optional(),
  })
  .describe('Delivery of one signal, summed over all gateways.')
export type SignalDelivery = z.infer<typeof signalDeliverySchema>

export const deliverySchema = z
  .object({
    updatedTime: time('Time at which the figures were written.'),
    signals: z
      .array(signalDeliverySchema)
      .max(3)
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['signal'] })
      .describe('Delivery by signal.'),
  })
  .describe('Delivery as the metrics and logs of the gateways show it. Absent until it is known.')
export type Delivery = z.infer<typeof deliverySchema>
