/** What a detector measured in a container, for the rules about resources. */
import { z } from 'zod'

const MAX = 2 ** 31 - 1

export const measuredSchema = z
  .object({
    memoryMiB: z.int().min(0).max(MAX).describe('Working set of the container in MiB, rounded up.'),
    processes: z.int().min(1).max(100_000).describe('Number of processes of the detected language.'),
    startWithinSeconds: z
      .int()
      .min(1)
      .max(3600)
      .optional()
      .describe('Time within which a supervisor in the container expects the processes that it starts to respond.'),
    withAgent: z.boolean().optional().describe('Whether the container had the agent already when it was measured.'),
  })
  .describe('Resources that the container used when it was inspected.')
export type Measured = z.infer<typeof measuredSchema>

/** Below an eighth of the value, so that a new measurement of the same container seldom differs; at least 4 MiB. */
const stepOf = (mebibytes: number): number => Math.max(4, 2 ** (Math.floor(Math.log2(Math.max(1, mebibytes))) - 3))

/** Mebibytes rounded up to a coarse step. */
export const roundedMiB = (mebibytes: number): number => {
  const step = stepOf(mebibytes)
  return Math.min(MAX, Math.ceil(mebibytes / step) * step)
}
