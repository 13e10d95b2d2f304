import type { KubeObject } from '../../../api/kubernetes.ts'
import type { KubeClient } from '../../../kube/types.ts'
import type { Log } from '../../../process/log.ts'
import type { Answer } from './answers.ts'
import { createDetectionAnswers } from './answers.ts'
import type { ContainerDetection } from './read-report.ts'
import { readDetectorPod } from './read-report.ts'
import type { DetectionTarget, DetectorPod, DetectorPodSettings } from './manifest.ts'
import { detectorPods } from './manifest.ts'
import { createDetectorPods } from './runner.ts'
import type { InstrumentorMetrics } from '../metrics.ts'

/** How long requests are gathered, so that a labelled namespace is looked at by few pods. */
const GATHER_MS = 400

/** A detector pod ends itself after 60 s; one that has said nothing by then is on a node that is gone. */
const GIVE_UP_MS = 120_000

export interface DetectionQueueOptions {
  client: KubeClient
  pod: DetectorPodSettings
  log: Log
  signal: AbortSignal
  /** Called with the key of each target that was answered, or given up for now. */
  onAnswer: (key: string) => void
  /** Told how long a look at a workload took. */
  onDetected?: InstrumentorMetrics['detected']
}

/** Gathers what is to be looked at, starts detector pods and keeps their answers. */
export const createDetectionQueue = (options: DetectionQueueOptions) => {
  const { client, pod, log, signal } = options
  const waiting = new Map<string, DetectionTarget>()
  /** By key; a pod that ended is told about more than once, so an answer counts only of the pod that was asked last. */
  const running = new Map<string, { target: DetectionTarget; startedAt: number; podName: string }>()
  const answers = createDetectionAnswers(Date.now)
  let timer: NodeJS.Timeout | undefined

  const enqueue = (target: DetectionTarget): void => {
    waiting.set(target.key, target)
    timer ??= setTimeout(() => void flush(), GATHER_MS)
  }

  const lookOf = (key: string, podName: string) => {
    const look = running.get(key)
    return look?.podName === podName ? look : undefined
  }

  const settle = (key: string, podName: string, containers: ContainerDetection[] | undefined): void => {
    const look = lookOf(key, podName)
    if (!look) return
    running.delete(key)
    if (!containers) log.warn({ workload: key }, 'the detector gave no answer')
    options.onDetected?.(containers ? 'answered' : 'unanswered', (Date.now() - look.startedAt) / 1000)
    answers.put(key, look.target.podUid, containers)
    options.onAnswer(key)
  }

  const readAnswers = (object: KubeObject): void => {
    const { results, unanswered, overflow } = readDetectorPod(object)
    const podName = object.metadata.name
    for (const [key, containers] of results) settle(key, podName, containers)
    for (const key of unanswered) {
      const look = overflow.includes(key) ? lookOf(key, podName) : undefined
      if (!look) {
        settle(key, podName, undefined)
        continue
      }
      running.delete(key)
      enqueue(look.target)
    }
  }

  const detectors = createDetectorPods({ client, namespace: pod.namespace, log, signal, onEnded: readAnswers })

  const start = async ({ object, keys }: DetectorPod): Promise<void> => {
    const isStarted = await detectors.start(object)
    if (isStarted) setTimeout(() => giveUp({ object, keys }), GIVE_UP_MS).unref()
    else for (const key of keys) settle(key, object.metadata.name, undefined)
  }

  /** What a pod has not answered is asked for again later. */
  const giveUp = ({ object, keys }: DetectorPod): void => {
    const open = keys.filter((key) => lookOf(key, object.metadata.name))
    if (open.length === 0 || signal.aborted) return
    detectors.remove(object)
    for (const key of open) settle(key, object.metadata.name, undefined)
  }

  const flush = async (): Promise<void> => {
    timer = undefined
    if (signal.aborted) return
    const startedAt = Date.now()
    const targets = [...waiting.values()]
    waiting.clear()
    const pods = detectorPods(targets, pod)
    const podNames = new Map(pods.flatMap(({ object, keys }) => keys.map((key) => [key, object.metadata.name])))
    for (const target of targets) {
      running.set(target.key, { target, startedAt, podName: podNames.get(target.key) ?? '' })
    }
    log.info({ targets: targets.length, pods: pods.length }, 'looking at workloads')
    await Promise.all(pods.map(start))
  }

  return {
    synced: detectors.synced,
    /** Asks for a look, unless one is under way or was made of these containers. Answers when to ask again, in milliseconds. */
    request: (target: DetectionTarget): number | undefined => {
      if (waiting.has(target.key) || running.has(target.key)) return undefined
      const names = target.containers.map(({ name }) => name)
      const waitMs = answers.waitMs(target.key, target.podUid, names)
      if (waitMs === 0) enqueue(target)
      return waitMs === 0 ? undefined : waitMs
    },
    answer: (key: string): Answer | undefined => answers.get(key),
    forget: answers.forget,
  }
}
export type DetectionQueue = ReturnType<typeof createDetectionQueue>
