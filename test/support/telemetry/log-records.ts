/** What agents report: OTLP log records as JSON. */

type Attributes = Readonly<Record<string, string>>

export interface LogRecord {
  scope: string
  body: string
  resource: Attributes
  attributes: Attributes
}

interface KeyValue {
  key: string
  value: { stringValue: string }
}

interface Message {
  resourceLogs: {
    resource: { attributes: KeyValue[] }
    scopeLogs: { scope: { name: string }; logRecords: { body?: { stringValue: string }; attributes: KeyValue[] }[] }[]
  }[]
}

const plain = (attributes: readonly KeyValue[]): Attributes =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]))

/** The records of a post to `/v1/logs`. */
export const logRecordsOf = (json: string): LogRecord[] =>
  (JSON.parse(json) as Message).resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map(({ body, attributes }) => ({
        scope: scope.name,
        body: body?.stringValue ?? '',
        resource: plain(resource.attributes),
        attributes: plain(attributes),
      })),
    ),
  )
