/** Actions that drop telemetry can count first what they would drop. */
import { z } from 'zod'
import { signalSchema } from '../vocabulary.ts'

const MODES = ['Enforce', 'DryRun'] as const

export const modeSchema = z
  .enum(MODES)
  .optional()
  .describe(
    'DryRun drops nothing, and counts in the status what would be dropped. Only for SampleTraces and DropTelemetry. Enforce, the default, applies the action.',
  )

interface Moded {
  mode?: (typeof MODES)[number] | undefined
  sampleTraces?: unknown
  dropTelemetry?: unknown
}

export const DRY_RUN_RULE = {
  rule: "!has(self.mode) || self.mode == 'Enforce' || has(self.sampleTraces) || has(self.dropTelemetry)",
  message: 'mode DryRun is allowed with the types SampleTraces and DropTelemetry only',
  holds: ({ mode, sampleTraces, dropTelemetry }: Moded): boolean =>
    mode !== 'DryRun' || sampleTraces !== undefined || dropTelemetry !== undefined,
}

const items = (what: string) => z.int().min(0).describe(what)

export const dryRunSchema = z
  .object({
    sinceTime: z
      .string()
      .meta({ format: 'date-time', description: 'Time since which is counted: a change of the action begins again.' }),
    signals: z
      .array(
        z.object({
          signal: signalSchema.describe('Signal.'),
          items: items(
            'Spans, data points or log records that the gateways have received, whatever the action selects.',
          ),
          dropped: items('Number of them that the action would have dropped.'),
        }),
      )
      .max(3)
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['signal'] })
      .describe('Numbers of items by signal, updated once a minute.'),
  })
  .describe('Telemetry that the action would have dropped, in mode DryRun.')
export type DryRun = z.infer<typeof dryRunSchema>
