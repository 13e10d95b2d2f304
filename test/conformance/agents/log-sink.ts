/** A receiver of what agents report: OTLP log records as JSON. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { LogRecord } from '../../support/telemetry/log-records.ts'
import { logRecordsOf } from '../../support/telemetry/log-records.ts'

export interface LogSink {
  endpoint: string
  /** In the order of arrival. */
  records: readonly LogRecord[]
  close(): Promise<void>
}

export const startLogSink = async (): Promise<LogSink> => {
  const records: LogRecord[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.url === '/v1/logs') records.push(...logRecordsOf(body))
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    records,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
