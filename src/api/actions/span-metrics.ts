/** What is counted of spans, as metrics. */
import { z } from 'zod'

/** Dimensions that all of these metrics have. */
const OWN_DIMENSIONS = ['service.name', 'span.name', 'span.kind', 'status.code', 'collector.instance.id']

export const SPAN_KINDS = ['Server', 'Client', 'Producer', 'Consumer', 'Internal'] as const

const OWN_MESSAGE = `dimensions must not name ${OWN_DIMENSIONS.join(', ')}, which all span metrics have`
const TWICE_MESSAGE = 'dimensions must differ'

export const spanMetricsSchema = z
  .object({
    dimensions: z
      .array(z.string().min(1).max(128))
      .min(1)
      .max(16)
      .optional()
      .refine((names = []) => new Set(names).size === names.length, TWICE_MESSAGE)
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe(
        'Names of attributes of the span, or of its resource, that become attributes of the metrics, such as http.route. Each combination of values is a series. Values are cut after 256 bytes.',
      ),
    spanKinds: z
      .array(z.enum(SPAN_KINDS))
      .min(1)
      .max(SPAN_KINDS.length)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe('Kinds of the spans that are counted. If absent, all are.'),
    histogram: z
      .enum(['Explicit', 'Exponential', 'None'])
      .default('Explicit')
      .describe(
        'Kind of the histogram of durations, in seconds: with the boundaries of the semantic conventions for HTTP, from 5 ms to 10 s, with boundaries that follow the values, or none.',
      ),
    temporality: z
      .enum(['Cumulative', 'Delta'])
      .default('Cumulative')
      .describe(
        'Whether each data point counts from the start, as Prometheus expects, or from the data point before. Backends that take deltas only discard cumulative metrics, often without an error.',
      ),
    intervalSeconds: z
      .int()
      .min(5)
      .max(300)
      .default(30)
      .describe(
        'Interval in seconds between data points. A gateway that ends loses what it has counted since the last.',
      ),
    maxSeriesPerService: z
      .int()
      .min(10)
      .max(2000)
      .default(100)
      .describe(
        'Maximum number of combinations of span name, kind, status and dimensions of each service in each gateway. All others are counted together, in a series with the attribute otel.metric.overflow. The larger it is, the fewer services a gateway has room for; beyond that, the series of those that were called longest ago begin again.',
      ),
  })
  .refine(({ dimensions = [] }) => !dimensions.some((name) => OWN_DIMENSIONS.includes(name)), OWN_MESSAGE)
  .meta({
    'x-kubernetes-validations': [
      {
        rule: `!has(self.dimensions) || !self.dimensions.exists(name, name in ['${OWN_DIMENSIONS.join("', '")}'])`,
        message: OWN_MESSAGE,
      },
    ],
  })
export type SpanMetrics = z.infer<typeof spanMetricsSchema>
