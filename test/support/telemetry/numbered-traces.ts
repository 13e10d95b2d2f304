/** Traces with numbered spans, of which each is sent to some gateway. */
import { randomBytes, randomInt } from 'node:crypto'
import { postOtlp } from './otlp-json.ts'

export interface SentTrace {
  traceId: string
  namespace: string
  /** Name of a Deployment. */
  workload: string
  /** More attributes of the resource. */
  resource?: Record<string, string>
  /** Number of the span that fails. */
  failing?: number
  durationMs: number
  /** Of one of its spans. */
  attributes?: Record<string, string>
}

export const SPANS_PER_TRACE = 6

export const traceOf = (more: Partial<SentTrace> = {}): SentTrace => ({
  traceId: randomBytes(16).toString('hex'),
  namespace: 'shop',
  workload: 'cart',
  durationMs: 10,
  ...more,
})

const START = 1_764_200_000_000n
const nanos = (ms: bigint): string => String(ms * 1_000_000n)

const attributesOf = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

/** The last span is the root; the first one begins with it and ends early. */
const spanOf = ({ traceId, failing, durationMs, attributes = {} }: SentTrace, index: number) => ({
  traceId,
  spanId: `${traceId.slice(0, 14)}${String(index).padStart(2, '0')}`,
  ...(index === SPANS_PER_TRACE - 1 ? {} : { parentSpanId: `${traceId.slice(0, 14)}05` }),
  name: 'work',
  kind: 2,
  startTimeUnixNano: nanos(START),
  endTimeUnixNano: nanos(START + BigInt(index === SPANS_PER_TRACE - 1 ? durationMs : 1)),
  ...(failing === index ? { status: { code: 2 } } : {}),
  attributes: index === 1 ? attributesOf(attributes) : [],
})

const resourceOf = ({ namespace, workload, resource = {} }: SentTrace): Record<string, string> => ({
  'service.name': `${workload}.${namespace}`,
  'k8s.namespace.name': namespace,
  'k8s.deployment.name': workload,
  ...resource,
})

/** Sends spans of the traces, each to a gateway by chance, in requests with spans of many traces. */
export const sendTraces = async (
  endpoints: readonly string[],
  traces: readonly SentTrace[],
  isSent: (index: number) => boolean = () => true,
): Promise<void> => {
  const spans = traces.flatMap((trace) =>
    Array.from({ length: SPANS_PER_TRACE }, (_, index) => index)
      .filter(isSent)
      .map((index) => ({ trace, span: spanOf(trace, index), endpoint: endpoints[randomInt(endpoints.length)] ?? '' })),
  )
  for (const [endpoint, of] of Map.groupBy(spans, (each) => each.endpoint)) {
    const resources = Map.groupBy(of, ({ trace }) => JSON.stringify(resourceOf(trace)))
    const resourceSpans = [...resources].map(([resource, group]) => ({
      resource: { attributes: attributesOf(JSON.parse(resource) as Record<string, string>) },
      scopeSpans: [{ scope: { name: 'test' }, spans: group.map(({ span }) => span) }],
    }))
    const status = await postOtlp(endpoint, 'traces', { resourceSpans })
    if (status !== 200) throw new Error(`the gateway answered ${status}`)
  }
}
