/** Telemetry as SDKs and agents send it, in OTLP's JSON. */

type Attributes = Record<string, string | number>

const attributesOf = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }))

/** The resource of a container of a pod. */
export const podResource = (pod: string, more: Attributes = {}): Attributes => ({
  'service.name': 'cart',
  'k8s.namespace.name': 'shop',
  'k8s.deployment.name': 'cart',
  'k8s.pod.name': pod,
  'k8s.container.name': 'app',
  ...more,
})

const NOW = '1764200000000000000'

export const tracesOf = (
  resource: Attributes,
  spans: readonly { kind?: number; attributes?: Attributes; time?: string }[],
) => ({
  resourceSpans: [
    {
      resource: { attributes: attributesOf(resource) },
      scopeSpans: [
        {
          scope: { name: 'test' },
          spans: spans.map(({ kind = 2, attributes = {}, time = NOW }, index) => ({
            traceId: String(index + 1).padStart(32, '1'),
            spanId: String(index + 1).padStart(16, '1'),
            name: 'GET /',
            kind,
            startTimeUnixNano: time,
            endTimeUnixNano: time,
            attributes: attributesOf(attributes),
          })),
        },
      ],
    },
  ],
})

export const metricsOf = (resource: Attributes, names: readonly string[], emptyNames: readonly string[] = []) => ({
  resourceMetrics: [
    {
      resource: { attributes: attributesOf(resource) },
      scopeMetrics: [
        {
          scope: { name: 'test' },
          metrics: [
            ...names.map((name) => ({ name, gauge: { dataPoints: [{ timeUnixNano: NOW, asInt: '1' }] } })),
            ...emptyNames.map((name) => ({ name })),
          ],
        },
      ],
    },
  ],
})

export const logsOf = (resource: Attributes, scope: string, records: readonly Attributes[]) => ({
  resourceLogs: [
    {
      resource: { attributes: attributesOf(resource) },
      scopeLogs: [
        {
          scope: { name: scope },
          logRecords: records.map((attributes) => ({
            timeUnixNano: NOW,
            body: { stringValue: 'a record' },
            attributes: attributesOf(attributes),
          })),
        },
      ],
    },
  ],
})

/** Posts to `/v1/<signal>`; returns the status. */
export const postOtlp = async (
  endpoint: string,
  signal: 'traces' | 'metrics' | 'logs',
  body: object,
): Promise<number> => {
  const response = await fetch(`${endpoint}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  await response.arrayBuffer()
  return response.status
}
