/** Which traces are kept once they are complete. */
import { z } from 'zod'
import { attributeSchema, ratioSchema } from './sample.ts'

const DURATION_MESSAGE = 'slowerThanMilliseconds must not exceed waitSeconds'

export const tailSampleSchema = z
  .object({
    errors: z
      .enum(['Keep', 'Sample'])
      .default('Keep')
      .describe('Whether traces with a span whose status is Error are kept, or sampled as all others.'),
    slowerThanMilliseconds: z
      .int()
      .min(1)
      .max(300_000)
      .optional()
      .describe(
        'Keeps traces with this duration or a longer one, from the start of the first to the end of the last span that has arrived. Must not exceed waitSeconds, which should be some seconds longer, since spans are sent after they have ended.',
      ),
    attributes: z
      .array(attributeSchema)
      .min(1)
      .max(16)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .describe('Keeps traces with a span that has one of these attributes.'),
    ratio: ratioSchema.describe(
      'Ratio of the other traces to keep, from 0 to 1: the same traces that sampleTraces keeps with that ratio.',
    ),
    spansPerSecond: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe(
        'Maximum number of spans per second that each gateway keeps by the ratio. A trace with more than twice as many spans exceeds it.',
      ),
    waitSeconds: z
      .int()
      .min(2)
      .max(300)
      .default(30)
      .describe(
        'Duration in seconds from the arrival of the first span of a trace until it is decided. Gateways hold its spans in memory for so long. Of several such Actions, the longest duration counts.',
      ),
  })
  .refine(
    ({ slowerThanMilliseconds = 0, waitSeconds }) => slowerThanMilliseconds <= waitSeconds * 1000,
    DURATION_MESSAGE,
  )
  .meta({
    'x-kubernetes-validations': [
      {
        rule: '!has(self.slowerThanMilliseconds) || self.slowerThanMilliseconds <= self.waitSeconds * 1000',
        message: DURATION_MESSAGE,
      },
    ],
  })
export type TailSample = z.infer<typeof tailSampleSchema>
