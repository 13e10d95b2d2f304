/** Which share of the traces is kept. */
import { z } from 'zod'

export const ratioSchema = z.number().min(0).max(1)
const text = z.string().min(1).max(256)

const ATTRIBUTE_MESSAGE = 'exactly one of value and prefix is required'

export const attributeSchema = z
  .object({
    name: z
      .string()
      .min(1)
      .max(128)
      .describe('Name of an attribute of the span or of its resource, such as http.route.'),
    value: text.optional().describe('Value as text.'),
    prefix: text.optional().describe('Start of the value, which must be text.'),
  })
  .refine(({ value, prefix }) => (value === undefined) !== (prefix === undefined), ATTRIBUTE_MESSAGE)
  .meta({ 'x-kubernetes-validations': [{ rule: 'has(self.value) != has(self.prefix)', message: ATTRIBUTE_MESSAGE }] })

const RULE_MESSAGE = 'attributes, service or namespace is required'

const ruleSchema = z
  .object({
    attributes: z.array(attributeSchema).min(1).max(3).optional().meta({ 'x-kubernetes-list-type': 'atomic' }),
    service: text.optional().describe('Name of the service (service.name).'),
    namespace: text.optional().describe('Name of the namespace (k8s.namespace.name).'),
    ratio: ratioSchema.describe('Ratio of the traces to keep of the spans for which all conditions of the rule hold.'),
  })
  .refine(
    ({ attributes, service, namespace }) => [attributes, service, namespace].some((each) => each !== undefined),
    RULE_MESSAGE,
  )
  .meta({
    'x-kubernetes-validations': [
      { rule: 'has(self.attributes) || has(self.service) || has(self.namespace)', message: RULE_MESSAGE },
    ],
  })
export type SampleRule = z.infer<typeof ruleSchema>

export const sampleSchema = z.object({
  ratio: ratioSchema.describe('Ratio of traces to keep, from 0 to 1, where no rule holds.'),
  rules: z
    .array(ruleSchema)
    .min(1)
    .max(16)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .describe(
      'Other ratios, for some spans. The most specific rule decides: one with more attributes, then with more values rather than prefixes, then with longer prefixes, then with a service, then with a namespace, then the first.',
    ),
  noise: z
    .enum(['Keep', 'Drop'])
    .optional()
    .describe(
      'Whether spans of health checks and probes are dropped, which are known by their path, gRPC service or user agent, before any rule decides. Keep if absent.',
    ),
})
export type Sample = z.infer<typeof sampleSchema>
