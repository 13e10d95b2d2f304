/** Which collectors of nodes do not hand on what they have: something waits in a queue of theirs, and nothing leaves it. Pure. */
import type { NewCondition } from '../../../../api/conditions.ts'
import { COLLECTORS_CONDITIONS } from '../../../../api/kinds/collectors-group.ts'
import { rfc3339 } from '../../../../api/time.ts'
import type { CollectorPodView } from '../collector-pod-view.ts'
import type { QueueReading } from '../queue-metrics.ts'

/** A collector whose data does not arrive at a gateway. */
export interface Stuck {
  pod: string
  group: string
  sinceMs: number
}

export interface HandOnView {
  /** In the order of the names of their pods. */
  stuck: Stuck[]
  /** What one of them says, by group. */
  words: ReadonlyMap<string, string>
}

interface Queue {
  sent: number
  /** Since when something waits, and nothing was sent. */
  waitingSinceMs?: number
}

interface Collector {
  pod: string
  group: string
  queues: ReadonlyMap<string, Queue>
}

/** A gateway that is replaced is away for some seconds, and exporters try again after 30 seconds at most. */
const STUCK_MS = 60_000

const queueOf = ({ sizeBytes, sent }: QueueReading, before: Queue | undefined, nowMs: number): Queue => {
  if (sizeBytes === 0 || sent !== (before?.sent ?? sent)) return { sent }
  return { sent, waitingSinceMs: before?.waitingSinceMs ?? nowMs }
}

export const createHandOn = () => {
  const collectors = new Map<string, Collector>()
  return {
    /** Takes what a collector says of its queues. */
    read: (
      { metadata: { uid, name }, group }: CollectorPodView,
      readings: readonly QueueReading[],
      nowMs: number,
    ): void => {
      const before = collectors.get(uid)?.queues
      const queues = readings.map((reading): [string, Queue] => {
        const key = `${reading.signal} ${reading.exporter}`
        return [key, queueOf(reading, before?.get(key), nowMs)]
      })
      collectors.set(uid, { pod: name, group, queues: new Map(queues) })
    },
    /** Forgets the collectors that are gone. */
    keep: (uids: ReadonlySet<string>): void => {
      for (const uid of collectors.keys()) if (!uids.has(uid)) collectors.delete(uid)
    },
    stuck: (nowMs: number): Stuck[] =>
      [...collectors.values()]
        .flatMap(({ pod, group, queues }) => {
          const since = [...queues.values()].flatMap(({ waitingSinceMs }) => waitingSinceMs ?? [])
          const sinceMs = Math.min(...since)
          return nowMs - sinceMs >= STUCK_MS ? [{ pod, group, sinceMs }] : []
        })
        .toSorted((a, b) => (a.pod < b.pod ? -1 : 1)),
  }
}

/** Names of pods in a message. */
const MAX_NAMES = 3

/** Whether the collectors of a group reach gateways; its collectors are those that are ready. */
export const handingOnCondition = (group: string, { stuck, words }: HandOnView): NewCondition => {
  const type = COLLECTORS_CONDITIONS.handingOn
  const own = stuck.filter((each) => each.group === group)
  const [first] = own
  if (!first) return { type, status: 'True', reason: 'HandingOn', message: 'gateways take what the collectors receive' }
  const names = own.slice(0, MAX_NAMES).map(({ pod }) => pod)
  const more = own.length > names.length ? ` and ${own.length - names.length} more` : ''
  const said = words.get(group)
  const since = rfc3339(Math.min(...own.map(({ sinceMs }) => sinceMs)))
  const message = `no gateway takes what waits in ${names.join(', ')}${more}, since ${since}${said ? `: ${said}` : ''}`
  return { type, status: 'False', reason: 'GatewayNotReached', message }
}
