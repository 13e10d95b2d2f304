/** Looks at all gateways again and again, for the marks of one probe and for what becomes of it. */
import type { Signal } from '../../../api/vocabulary.ts'
import type { KubeClient } from '../../../kube/types.ts'
import type { Log } from '../../../process/log.ts'
import type { pullSamples } from '../../../prometheus/pull.ts'
import { destinationOf } from '../../../destinations/addresses/exporter-id.ts'
import type { CollectorPodView } from '../delivery/collector-pod-view.ts'
import type { DeliveryError } from '../delivery/flow/error-lines.ts'
import { createLogs } from '../delivery/flow/logs.ts'
import type { QueueReading } from '../delivery/queue-metrics.ts'
import { queueReadings } from '../delivery/queue-metrics.ts'
import type { Sample } from '../../../prometheus/text.ts'
import type { QueueFigures, Seen } from './judge.ts'
import type { Marks } from './marks.ts'
import { handedTo, marksOf } from './marks.ts'

export interface WatchOptions {
  client: Pick<KubeClient, 'request'>
  log: Log
  signal: AbortSignal
  nowMs: () => number
  pull: typeof pullSamples
}

interface Mark extends Seen {
  uid: string
}

/** Logs are read so often; the figures of each look are cheap. */
const LOGS_AGAIN_MS = 2_000
/** Errors from before that say something about the backend of now: exporters try again after 30 seconds at most. */
const EARLIER_ERRORS_MS = 45_000

const keyOf = (signal: Signal, destination: string): string => `${signal} ${destination}`

const seenAt = ({ pod, afterMs }: Mark): Seen => ({ pod, afterMs })

/** Of one reading of a gateway. */
interface Figures {
  readings: readonly QueueReading[]
  samples: readonly Sample[]
}

/** What was handed to a queue. */
interface LeftKey {
  key: string
  signal: Signal
  destination: string
}

const ofDestination = (figures: Figures | undefined, signal: Signal, destination: string): QueueFigures => ({
  reading: figures?.readings.find((each) => each.signal === signal && destinationOf(each.exporter) === destination),
  handed: figures && handedTo(figures.samples, signal, destination),
})

const leftKeys = (marks: Marks): LeftKey[] =>
  Array.from(marks.left, ([signal, names]) =>
    Array.from(names, (destination) => ({ key: keyOf(signal, destination), signal, destination })),
  ).flat()

/** What was seen of one probe. */
const createRecord = () => {
  const arrived = new Map<Signal, Mark>()
  const left = new Map<string, Mark & LeftKey>()
  const before = new Map<string, Figures>()
  const now = new Map<string, Figures>()
  /** Of the first reading after a probe was handed on. */
  const handed = new Map<string, number | undefined>()
  const wasEmpty = new Set<string>()
  return {
    marks: (marks: Marks, mark: Mark): void => {
      for (const signal of marks.arrived) if (!arrived.has(signal)) arrived.set(signal, mark)
      for (const found of leftKeys(marks)) if (!left.has(found.key)) left.set(found.key, { ...mark, ...found })
    },
    /** What was handed to queues of that gateway so far. */
    leftAt: (uid: string): LeftKey[] => [...left.values()].filter((mark) => mark.uid === uid),
    /** Figures that were read after all of `leftBefore` was handed on: what is in no queue then has been taken out of it. */
    figures: (uid: string, figures: Figures, leftBefore: readonly LeftKey[]): void => {
      if (!before.has(uid)) before.set(uid, figures)
      now.set(uid, figures)
      for (const { key, signal, destination } of leftBefore) {
        if (ofDestination(figures, signal, destination).reading?.sizeBytes === 0) wasEmpty.add(key)
        if (!handed.has(key)) handed.set(key, handedTo(figures.samples, signal, destination))
      }
    },
    view: {
      arrived: (signal: Signal): Seen | undefined => {
        const mark = arrived.get(signal)
        return mark && seenAt(mark)
      },
      /** What is known of the probe of that signal at a destination that it was handed to. */
      at: (signal: Signal, destination: string) => {
        const mark = left.get(keyOf(signal, destination))
        return (
          mark && {
            left: seenAt(mark),
            before: ofDestination(before.get(mark.uid), signal, destination),
            now: ofDestination(now.get(mark.uid), signal, destination),
            handed: handed.get(mark.key),
            wasEmpty: wasEmpty.has(mark.key),
          }
        )
      },
    },
  }
}

/** What the exporters of collectors have said since shortly before the probe was sent. */
export const createErrors = (options: Omit<WatchOptions, 'pull'>, sentMs: number) => {
  const { nowMs } = options
  const logs = createLogs(options)
  const readMs = new Map<string, number>()
  let errors: DeliveryError[] = []
  return {
    read: async (pod: CollectorPodView): Promise<void> => {
      const { uid } = pod.metadata
      if (nowMs() - (readMs.get(uid) ?? -Infinity) < LOGS_AGAIN_MS) return
      readMs.set(uid, nowMs())
      const found = await logs.read(pod, true)
      const recent = found.filter(({ atMs }) => atMs >= sentMs - EARLIER_ERRORS_MS)
      errors = [...errors, ...recent].toSorted((a, b) => a.atMs - b.atMs)
    },
    of: (signal: Signal): DeliveryError[] => errors.filter((each) => each.signal === signal),
  }
}

export const createWatch = (options: WatchOptions, probe: string, sentMs: number) => {
  const { nowMs, pull, signal: ended } = options
  const record = createRecord()
  const errors = createErrors(options, sentMs)

  const readFigures = async ({ metadata: { uid }, address }: CollectorPodView): Promise<void> => {
    if (address === undefined) return
    const leftBefore = record.leftAt(uid)
    const samples = await pull(address, ended)
    record.figures(uid, { samples, readings: queueReadings(samples) }, leftBefore)
  }

  const readMarks = async ({ metadata: { uid, name }, seenAddress }: CollectorPodView): Promise<void> => {
    if (seenAddress === undefined) return
    const marks = marksOf(await pull(seenAddress, ended), probe)
    record.marks(marks, { pod: name, uid, afterMs: nowMs() - sentMs })
  }

  /** A collector that does not answer leaves no mark, which the receipt tells. */
  const readAll = async (
    pods: readonly CollectorPodView[],
    reads: readonly ((pod: CollectorPodView) => Promise<void>)[],
  ): Promise<void> => void (await Promise.allSettled(pods.flatMap((pod) => reads.map((read) => read(pod)))))

  return {
    arrived: record.view.arrived,
    /** What is known of the probe of that signal at a destination that it was handed to. */
    at: (signal: Signal, destination: string) => {
      const found = record.view.at(signal, destination)
      const own = errors.of(signal).filter(({ exporter }) => destinationOf(exporter) === destination)
      return found && { ...found, errors: own }
    },
    /** Reads the figures of the gateways before the probe is sent. */
    begin: (pods: readonly CollectorPodView[]): Promise<void> => readAll(pods, [readFigures]),
    look: (pods: readonly CollectorPodView[]): Promise<void> => readAll(pods, [readMarks, readFigures, errors.read]),
  }
}
export type Watch = ReturnType<typeof createWatch>
