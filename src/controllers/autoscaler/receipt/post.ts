import type { Probe } from './probe.ts'

/** Posts a probe to OTLP over HTTP at `address` (`host:port`). Throws where there is no answer within `timeoutMs`. */
export const postProbe = (address: string, { path, body }: Probe, timeoutMs: number): Promise<Response> =>
  fetch(`http://${address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  })
