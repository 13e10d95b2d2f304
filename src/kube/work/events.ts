import { createHash } from 'node:crypto'
import type { KubeObject, Metadata } from '../../api/kubernetes.ts'
import { rfc3339 } from '../../api/time.ts'
import type { Log } from '../../process/log.ts'
import { isConflict, isNotFound } from '../http/error.ts'
import { RESOURCES } from '../resources.ts'
import type { KubeClient, RecordEvent } from '../types.ts'

type Involved = Parameters<RecordEvent>[0]
type EventText = Parameters<RecordEvent>[1]

interface Occurrence {
  name: string
  namespace: string
  count: number
  firstAt: number
  /** The last write; writes of one Event are sequential. */
  writing: Promise<void>
}

export interface EventRecorderOptions {
  client: KubeClient
  /** The reporting component, for example `odigos-instrumentor`. */
  component: string
  log?: Log
  now?: () => number
}

/** A repeat within this time increases the count of the first. */
const WINDOW_MS = 10 * 60_000
const MAX_REMEMBERED = 1_000
/** Messages of Events are limited to 1,024 bytes. */
const MAX_MESSAGE = 1_000

const forgetOldest = (remembered: Map<string, Occurrence>): void => {
  const [oldest] = remembered.keys()
  if (oldest !== undefined) remembered.delete(oldest)
}

const keyOf = ({ kind, metadata }: Involved, { type, reason, message }: EventText, component: string): string =>
  createHash('sha256')
    .update(JSON.stringify([component, kind, metadata.namespace, metadata.name, metadata.uid, type, reason, message]))
    .digest('hex')

/** The name includes the time window, so that an Event of an hour ago is not mistaken for this one. */
const newOccurrence = ({ metadata }: Involved, key: string, time: number): Occurrence => ({
  name: `${metadata.name.slice(0, 200)}.${key.slice(0, 10)}${time.toString(16)}`,
  // The API server requires Events of cluster-scoped objects to be in `default`.
  namespace: metadata.namespace ?? 'default',
  count: 0,
  firstAt: time,
  writing: Promise.resolve(),
})

const eventObject = (parts: {
  object: Involved
  event: EventText
  component: string
  occurrence: Occurrence
  time: number
}): KubeObject & { metadata: Metadata & { name: string } } => {
  const { object, event, component, occurrence, time } = parts
  const { name, namespace, uid, resourceVersion } = object.metadata
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: occurrence.name, namespace: occurrence.namespace },
    involvedObject: { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid, resourceVersion },
    type: event.type,
    reason: event.reason,
    message: event.message.length > MAX_MESSAGE ? `${event.message.slice(0, MAX_MESSAGE)} …` : event.message,
    source: { component },
    firstTimestamp: rfc3339(occurrence.firstAt),
    lastTimestamp: rfc3339(time),
    count: occurrence.count,
  }
}

/** Writes Events (core/v1, which `kubectl describe` shows) in the background; a failure is only logged. */
export const createEventRecorder = (options: EventRecorderOptions): RecordEvent => {
  const { client, component, log, now = Date.now } = options
  const remembered = new Map<string, Occurrence>()

  const write = async (occurrence: Occurrence, count: number, event: KubeObject): Promise<void> => {
    const { name, namespace } = occurrence
    const repeat = { count, lastTimestamp: event['lastTimestamp'] }
    const create = () => client.create(RESOURCES.events, event, { fieldManager: component })
    const raise = () =>
      client.mergePatch({ type: RESOURCES.events, namespace, name }, repeat, { fieldManager: component })
    try {
      // The first write may have failed, or the Event may have been deleted.
      await (count === 1 ? create() : raise().catch((error) => (isNotFound(error) ? create() : Promise.reject(error))))
    } catch (error) {
      if (!isConflict(error)) log?.warn({ event: name, namespace, err: error }, 'failed to write an Event')
    }
  }

  return (object, event) => {
    const key = keyOf(object, event, component)
    const time = now()
    let occurrence = remembered.get(key)
    if (!occurrence || time - occurrence.firstAt > WINDOW_MS) {
      occurrence = newOccurrence(object, key, time)
      remembered.delete(key)
      remembered.set(key, occurrence)
      if (remembered.size > MAX_REMEMBERED) forgetOldest(remembered)
    }
    occurrence.count += 1
    const { count } = occurrence
    const body = eventObject({ object, event, component, occurrence, time })
    const current = occurrence
    occurrence.writing = occurrence.writing.then(() => write(current, count, body))
  }
}
