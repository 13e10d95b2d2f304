/** The errors of exporters in the log of a collector, one JSON object a line. Pure. */
import { z } from 'zod'
import { signalSchema } from '../../../../api/vocabulary.ts'
import type { Signal } from '../../../../api/vocabulary.ts'
import type { ErrorWords } from './words.ts'
import { wordsOf } from './words.ts'

export interface DeliveryError extends ErrorWords {
  exporter: string
  signal: Signal
  atMs: number
  /** Whether what was sent is lost; otherwise it is sent again. */
  isFinal: boolean
  /** Whether the queue did not take it, so that the backend has not seen it. */
  isOfQueue?: true
  /** Items that the backend did not take of a request that it accepted; the counters have them as sent. */
  refusedOfAccepted: number
}

const count = z.number().int().min(0).catch(0)

const line = z.object({
  ts: z.string(),
  msg: z.string(),
  'otelcol.component.id': z.string(),
  'otelcol.component.kind': z.literal('exporter'),
  'otelcol.signal': signalSchema,
  error: z.string().catch(''),
  message: z.string().catch(''),
  err: z.string().catch(''),
  status: z.string().catch(''),
  dropped_spans: count,
  dropped_data_points: count,
  dropped_log_records: count,
})

const FINAL = 'Exporting failed. Dropping data.'
const RETRIED = 'Exporting failed. Will retry the request after interval.'
const REJECTED = 'Exporting failed. Rejecting data.'
const PARTIAL = 'Partial success response'
/** Of the client of Kafka; what the exporter says later is only that the time is up. */
const NO_BROKER = 'unable to open connection to broker'
/** Of remote write; what the exporter says of the request afterwards is only that it failed. */
const REMOTE_WRITE = 'failed to send WriteRequest to remote endpoint'

/** What the messages say about what was to be sent. */
const KINDS: Readonly<Record<string, Pick<DeliveryError, 'isFinal' | 'isOfQueue'>>> = {
  [FINAL]: { isFinal: true },
  [RETRIED]: { isFinal: false },
  [REJECTED]: { isFinal: true, isOfQueue: true },
  [NO_BROKER]: { isFinal: false },
  [REMOTE_WRITE]: { isFinal: false },
}

const parse = (text: string): z.infer<typeof line> | undefined => {
  if (!text.startsWith('{')) return undefined
  try {
    return line.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const textOf = ({ msg, error, err, status }: z.infer<typeof line>): string => {
  if (msg === NO_BROKER) return err
  return msg === REMOTE_WRITE && status !== '' ? `HTTP ${status}${error === '' ? '' : `: ${error}`}` : error
}

const errorOf = (text: string): DeliveryError[] => {
  const read = parse(text)
  const atMs = Date.parse(read?.ts ?? '')
  if (!read || Number.isNaN(atMs)) return []
  const { msg, message } = read
  const from = { exporter: read['otelcol.component.id'], signal: read['otelcol.signal'], atMs }
  if (msg === PARTIAL) {
    const refusedOfAccepted = read.dropped_spans + read.dropped_data_points + read.dropped_log_records
    return refusedOfAccepted > 0 ? [{ ...from, ...wordsOf(message), isFinal: true, refusedOfAccepted }] : []
  }
  const kind = KINDS[msg]
  return kind ? [{ ...from, ...wordsOf(textOf(read)), ...kind, refusedOfAccepted: 0 }] : []
}

/** In the order of the lines; other lines are left out. */
export const deliveryErrors = (log: string): DeliveryError[] => log.split('\n').flatMap(errorOf)
