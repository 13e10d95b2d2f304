/** Which telemetry an Action drops. */
import { z } from 'zod'

/** The lowest severity number of each range (OpenTelemetry, logs data model). */
export const SEVERITIES = { Debug: 5, Info: 9, Warn: 13, Error: 17, Fatal: 21 } as const
export type Severity = keyof typeof SEVERITIES

const pattern = z.string().min(1).max(1024)

const attributeSchema = z
  .object({
    name: z.string().min(1).max(256).describe('Name of an attribute of the record or of its resource.'),
    value: z.string().max(1024).optional().describe('Value as text. If absent, and pattern is too, any value matches.'),
    pattern: pattern
      .optional()
      .describe(
        'Regular expression in RE2 syntax that some part of the value, as text, must match. For the whole value, anchor it with ^ and $.',
      ),
  })
  .refine(
    ({ value, pattern: matching }) => value === undefined || matching === undefined,
    'value and pattern exclude each other',
  )
  .meta({
    'x-kubernetes-validations': [
      { rule: '!has(self.value) || !has(self.pattern)', message: 'value and pattern exclude each other' },
    ],
  })

const CONDITION_MESSAGE = 'attributes, namePattern or belowSeverity is required'

/** All conditions must hold. */
export const dropSchema = z
  .object({
    attributes: z.array(attributeSchema).min(1).max(20).optional().meta({ 'x-kubernetes-list-type': 'atomic' }),
    namePattern: pattern
      .optional()
      .describe(
        'Regular expression in RE2 syntax that some part of the name of the span or metric must match. For the whole name, anchor it with ^ and $. Not for logs.',
      ),
    belowSeverity: z
      .enum(Object.keys(SEVERITIES) as [Severity, ...Severity[]])
      .optional()
      .describe('Log records with a lower severity match. Those without a severity do not. Only for logs.'),
  })
  .refine((drop) => Object.values(drop).some((condition) => condition !== undefined), CONDITION_MESSAGE)
  .meta({
    'x-kubernetes-validations': [
      { rule: 'has(self.attributes) || has(self.namePattern) || has(self.belowSeverity)', message: CONDITION_MESSAGE },
    ],
  })
export type Drop = z.infer<typeof dropSchema>

interface DropSpec {
  signals?: readonly string[] | undefined
  dropTelemetry?: Drop | undefined
}

/** A condition that a signal lacks would hold for all of it. */
export const DROP_RULES = [
  {
    rule: "!has(self.dropTelemetry) || !has(self.dropTelemetry.namePattern) || !has(self.signals) || !('logs' in self.signals)",
    message: 'namePattern is not allowed with the signal logs, whose records have no name',
    holds: ({ signals, dropTelemetry }: DropSpec): boolean =>
      dropTelemetry?.namePattern === undefined || signals?.includes('logs') !== true,
  },
  {
    rule: "!has(self.dropTelemetry) || !has(self.dropTelemetry.belowSeverity) || !has(self.signals) || self.signals.all(signal, signal == 'logs')",
    message: 'belowSeverity is allowed only with the signal logs',
    holds: ({ signals = [], dropTelemetry }: DropSpec): boolean =>
      dropTelemetry?.belowSeverity === undefined || signals.every((signal) => signal === 'logs'),
  },
]
