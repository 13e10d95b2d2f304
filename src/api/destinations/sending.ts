/** How a Destination is sent to, apart from the fields of its type. */
import { z } from 'zod'

const COMPRESSIONS = ['Gzip', 'Zstd', 'None'] as const
export type Compression = (typeof COMPRESSIONS)[number]

export const sendingFields = {
  retry: z
    .object({
      maxElapsedSeconds: z
        .int()
        .min(1)
        .max(604_800)
        .optional()
        .describe(
          'Time in seconds after which data is dropped that the destination has not accepted, counted from the first attempt to send it. Time in the queue before that does not count. If absent, data is never dropped because of its age.',
        ),
    })
    .optional()
    .describe('Settings of further attempts after a failure that may pass. Not supported by every type.'),
  compression: z
    .enum(COMPRESSIONS)
    .optional()
    .describe(
      'Compression of requests: Gzip, Zstd or None. Takes precedence over a field of the type. If absent, the type determines it. Not supported by every type.',
    ),
}
