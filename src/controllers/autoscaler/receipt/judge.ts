/** What was observed of a probe between a gateway and one destination, as hops of a receipt. Pure. */
import type { Destination } from '../../../api/kinds/destination.ts'
import type { EnvVar } from '../../../api/kubernetes.ts'
import type { Hop } from '../../../api/reports/receipt.ts'
import type { Reason } from '../../../api/reasons.ts'
import type { Signal } from '../../../api/vocabulary.ts'
import { catalogue } from '../../../destinations/catalogue.ts'
import { renderDestination } from '../../../destinations/render.ts'
import { TLS_FIELD_NAMES } from '../../../destinations/tls/names.ts'
import { explain } from '../delivery/explain.ts'
import type { DeliveryError } from '../delivery/flow/error-lines.ts'
import type { QueueReading } from '../delivery/queue-metrics.ts'

/** When a gateway is read; a mark is seen in the reading after it. */
export interface Seen {
  pod: string
  afterMs: number
}

/** Of a queue, in one reading of its gateway. */
export interface QueueFigures {
  reading: QueueReading | undefined
  /** Items that were handed to it since the gateway started; undefined where that is not counted. */
  handed: number | undefined
}

export interface DestinationFacts {
  destination: Destination
  signal: Signal
  /** Where it was handed to the queue. */
  left: Seen
  /** Of that gateway, before the probe was sent and now. */
  before: QueueFigures
  now: QueueFigures
  /** Items that were handed to the queue up to the probe, and maybe some after it. */
  handed: number | undefined
  /** Whether its queue was empty after the probe was handed to it. */
  wasEmpty: boolean
  /** Errors of the last minute before the probe, and since; in the order of their times. */
  errors: readonly DeliveryError[]
  sentMs: number
  nowMs: number
}

export interface Judged {
  /** Whether nothing more is to be awaited. */
  isFinal: boolean
  hops: Hop[]
}

/** An error of what waited before the probe decides about the probe after this long: the backend may be back. */
const OLD_ERROR_MS = 8_000
/** The log can be later than the counters. */
const WORDS_MS = 3_000

const grown = (field: 'sent' | 'failed' | 'dropped', { before, now }: DestinationFacts): number => {
  const value = now.reading?.[field] ?? 0
  const start = before.reading?.[field] ?? 0
  return value < start ? value : value - start
}

/** Items that have left a queue, one way or another. */
const doneOf = ({ reading }: QueueFigures): number => (reading ? reading.sent + reading.failed + reading.dropped : 0)

/**
 * Whether as many items have left the queue, which is first in, first out, as had been handed to it up to the probe. What was in the queue
 * when the gateway started left it without being handed to it since.
 */
const isPassed = ({ before, now, handed }: DestinationFacts): boolean => {
  if (handed === undefined) return false
  const fromEarlier = Math.max(0, doneOf(before) - (before.handed ?? 0))
  return doneOf(now) - fromEarlier >= handed
}

/** Which keys of a Secret to check where credentials are refused. */
export const credentialWords = (env: readonly EnvVar[], secret: string | undefined): string => {
  const all = env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? '')
  const ofRequests = all.filter((key) => !TLS_FIELD_NAMES.includes(key))
  // A backend that refuses a client certificate usually does not even answer.
  const keys = ofRequests.length > 0 ? ofRequests : all
  if (keys.length === 0 || secret === undefined) return 'the Destination uses no Secret'
  return `check ${keys.length === 1 ? 'key' : 'keys'} ${keys.join(', ')} of Secret ${secret}`
}

/** The keys of the Secret with which the Destination authenticates. */
const secretWords = ({ metadata: { name }, spec }: Destination): string => {
  const secrets = (catalogue.get(spec.type)?.fields ?? []).filter(
    (field) => field.secret && !TLS_FIELD_NAMES.includes(field.name),
  )
  const { env } = renderDestination(
    { name, spec },
    secrets.map((field) => field.name),
  )
  return `; ${credentialWords(env, spec.secretRef?.name)}`
}

/** What to do, where the words of the error do not tell. */
const remedyWords = (error: DeliveryError, destination: Destination): string => {
  if (error.cause === 'Credentials') return secretWords(destination)
  return error.cause === 'Tls' ? `; ${explain(error, { isPermanent: false, hasCertificate: false }).remedy}` : ''
}

const wordsOf = (error: DeliveryError | undefined, destination: Destination): string =>
  error ? `: ${error.words}${remedyWords(error, destination)}` : ''

const inQueue = ({ left }: DestinationFacts): Hop => ({
  hop: 'Queue',
  outcome: 'Passed',
  message: `the queue of ${left.pod} took it`,
  ...left,
})

const atDestination = (outcome: Hop['outcome'], reason: Reason, message: string): Hop => ({
  hop: 'Destination',
  outcome,
  reason,
  message,
})

const rejected = (facts: DestinationFacts): Judged | undefined => {
  const { destination, errors, sentMs, nowMs, left } = facts
  const failed = grown('failed', facts)
  const error = errors.findLast(({ atMs, isFinal, isOfQueue }) => isFinal && !isOfQueue && atMs >= sentMs)
  const partial = error !== undefined && error.refusedOfAccepted > 0
  if (failed === 0 && !partial) return undefined
  const isFinal = error !== undefined || nowMs - sentMs - left.afterMs > WORDS_MS
  const words = wordsOf(error, destination)
  const hop =
    grown('sent', facts) > 0
      ? atDestination('Unknown', 'SomeDataRejected', `the backend rejects a part of the data${words}`)
      : atDestination('Stopped', 'AllDataRejected', `the backend rejects it${words}`)
  return { isFinal, hops: [inQueue(facts), hop] }
}

/** A queue that is fuller is worth a word. */
const FULL_FILL = 0.5

const fillWords = ({ now: { reading } }: DestinationFacts): string =>
  reading && reading.fill > FULL_FILL ? `; the queue is ${Math.floor(reading.fill * 100)} % full` : ''

const waiting = (facts: DestinationFacts): Judged => {
  const { destination, errors, sentMs, nowMs, now } = facts
  const error = errors.findLast(({ isFinal }) => !isFinal)
  const words = `${wordsOf(error, destination)}${fillWords(facts)}`
  if (grown('sent', facts) > 0) {
    const size = `${now.reading?.sizeBytes ?? 0} bytes are in the queue`
    const hop = atDestination('Unknown', 'WaitsInQueue', `the backend accepts data, and ${size}${words}`)
    return { isFinal: false, hops: [inQueue(facts), hop] }
  }
  if (error) {
    const isFinal = error.atMs >= sentMs || nowMs - sentMs > OLD_ERROR_MS
    const hop =
      error.cause === 'Throttled'
        ? atDestination('Stopped', 'Throttled', `the backend limits the rate, and it waits${words}`)
        : atDestination('Stopped', 'Unreachable', `it waits in the queue${words}`)
    return { isFinal, hops: [inQueue(facts), hop] }
  }
  const seconds = Math.round((nowMs - sentMs) / 1000)
  const hop = atDestination('Stopped', 'Unreachable', `the backend has not answered within ${seconds} seconds${words}`)
  return { isFinal: false, hops: [inQueue(facts), hop] }
}

/** What is known so far of a probe that was handed to a destination. */
export const judge = (facts: DestinationFacts): Judged => {
  const { left, errors, destination, sentMs, nowMs } = facts
  if (grown('dropped', facts) > 0) {
    const words = wordsOf(
      errors.findLast(({ isOfQueue }) => isOfQueue),
      destination,
    )
    const message = `the queue of ${left.pod} does not take it${words}`
    return { isFinal: true, hops: [{ hop: 'Queue', outcome: 'Stopped', reason: 'QueueFull', message, ...left }] }
  }
  const refused = rejected(facts)
  if (refused) return refused
  const isSent = grown('sent', facts) > 0 && (facts.wasEmpty || isPassed(facts))
  if (!isSent) return waiting(facts)
  const hop: Hop = { ...atDestination('Passed', 'Delivering', 'the backend accepted it'), afterMs: nowMs - sentMs }
  return { isFinal: true, hops: [inQueue(facts), hop] }
}
