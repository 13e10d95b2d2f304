/** Sends a probe to the collector of a test, whose answer is that of the backend. */
import type { Signal } from '../../../api/vocabulary.ts'
import { postProbe } from '../receipt/post.ts'
import type { Probe } from '../receipt/probe.ts'

export interface Answer {
  signal: Signal
  isAccepted: boolean
  /** What the collector says of the error, as the exporter put it; empty where it accepted. */
  error: string
  afterMs: number
}

/** Longer than the timeout of exporters. */
const TIMEOUT_MS = 10_000

/** Names of codes that exporters of gRPC return; the receiver takes them off the text. */
const GRPC_CODES: Readonly<Record<number, string>> = {
  3: 'InvalidArgument',
  4: 'DeadlineExceeded',
  5: 'NotFound',
  7: 'PermissionDenied',
  8: 'ResourceExhausted',
  10: 'Aborted',
  12: 'Unimplemented',
  13: 'Internal',
  14: 'Unavailable',
  16: 'Unauthenticated',
}

/** The error in the answer of an OTLP receiver, as an exporter for gRPC or another returned it. */
export const errorIn = (body: string, isGrpc: boolean): string => {
  try {
    const { code, message = '' } = JSON.parse(body) as { code?: number; message?: string }
    const name = GRPC_CODES[code ?? 0]
    return isGrpc && name !== undefined && !message.includes('rpc error: ')
      ? `rpc error: code = ${name} desc = ${message}`
      : message
  } catch {
    return body
  }
}

interface AskOptions {
  /** `host:port` of OTLP over HTTP. */
  address: string
  isGrpc: boolean
  nowMs: () => number
}

export const ask = async (signal: Signal, probe: Probe, { address, isGrpc, nowMs }: AskOptions): Promise<Answer> => {
  const startMs = nowMs()
  const answered = (isAccepted: boolean, error: string): Answer => ({
    signal,
    isAccepted,
    error,
    afterMs: nowMs() - startMs,
  })
  try {
    const response = await postProbe(address, probe, TIMEOUT_MS)
    const text = await response.text()
    return response.ok ? answered(true, '') : answered(false, errorIn(text, isGrpc))
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError'
    return answered(false, isTimeout ? `timeout: no answer within ${TIMEOUT_MS / 1000} seconds` : String(error))
  }
}
