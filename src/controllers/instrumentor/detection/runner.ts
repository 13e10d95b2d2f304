import type { KubeClient } from '../../../kube/types.ts'
import { createKeyQueue } from '../../../kube/work/queue.ts'
import type { Log } from '../../../process/log.ts'
import type { InstrumentorMetrics } from '../metrics.ts'
import type { Findings } from './findings.ts'
import { createPodClient } from './pod-client.ts'
import type { DetectionTarget, DetectorPod, DetectorPodSettings } from './manifest.ts'
import { detectorPods } from './manifest.ts'
import { requestAgainMs } from './queue.ts'
import type { TargetReport } from './read-report.ts'
import { readReports } from './read-report.ts'
import { createTargets } from './targets.ts'

/** How long requests are gathered, so that few pods inspect a namespace that was just labelled. */
const GATHER_MS = 400

/** A detector pod ends itself after 60 s; one without a report by then is on a node that is gone. */
const GIVE_UP_MS = 120_000

/** Maximum number of detector pods at a time: a large cluster must not create, and pull for, hundreds at once. */
const MAX_PODS = 20

/** In the runner's queue: waiting targets get pods. Every other key is the name of a pod whose time is up. */
const START = 'start'

export interface DetectionOptions {
  client: KubeClient
  pod: DetectorPodSettings
  log: Log
  signal: AbortSignal
  nowMs: () => number
  /** Called with the key of each target that was inspected, or given up for now. */
  onFindings: (key: string) => void
  /** Called with the duration of each inspection. */
  onDetected?: InstrumentorMetrics['detected']
}

/** What reports change: the state of their targets. */
const createSettle =
  ({ log, onFindings, onDetected, ...options }: DetectionOptions, targets: ReturnType<typeof createTargets>) =>
  (podName: string, { key, isOverflow, ...report }: TargetReport): void => {
    const nowMs = options.nowMs()
    const { before, after } = targets.step(
      key,
      isOverflow ? { is: 'overflowed', podName } : { is: 'reported', podName, nowMs, ...report },
    )
    if (before.phase !== 'running' || after.phase !== 'inspected') return
    const { containers, problem } = report
    if (!containers) log.warn({ workload: key, problem }, 'the detector failed')
    onDetected?.(containers ? 'inspected' : 'failed', (nowMs - before.startedAtMs) / 1000)
    onFindings(key)
  }

/** Starts detector pods for requested targets, a limited number at a time; keeps what they report in `targets`. */
const createPodRunner = (options: DetectionOptions, targets: ReturnType<typeof createTargets>) => {
  const { pod: settings, log } = options
  /** Pods that were started here and have not ended, by name. */
  const running = new Map<string, DetectorPod>()
  const queue = createKeyQueue()
  const settle = createSettle(options, targets)
  const pods = createPodClient({ ...options, namespace: settings.namespace })
  const start = (): void => queue.add(START, GATHER_MS)

  /** `pod.object` is the pod as last seen; `cause` is why it failed, unless its status tells. */
  const finish = (pod: DetectorPod, cause?: string): void => {
    const { name } = pod.object.metadata
    running.delete(name)
    for (const report of readReports(pod, cause)) settle(name, report)
    start()
  }

  const startPod = async (pod: DetectorPod): Promise<void> => {
    const refusal = await pods.create(pod.object)
    if (refusal === undefined) queue.add(pod.object.metadata.name, GIVE_UP_MS)
    else finish(pod, refusal)
  }

  const startPods = async (): Promise<void> => {
    const waiting = targets.waiting()
    const next = detectorPods(waiting, settings, { limit: MAX_PODS - running.size })
    const nowMs = options.nowMs()
    for (const pod of next) {
      const podName = pod.object.metadata.name
      running.set(podName, pod)
      for (const { key } of pod.shares.flat()) targets.step(key, { is: 'started', podName, nowMs })
    }
    if (next.length > 0) log.info({ waiting: waiting.length, pods: next.length }, 'detector pods started')
    await Promise.all(next.map(startPod))
  }

  const giveUp = (podName: string): void => {
    const pod = running.get(podName)
    if (!pod) return
    pods.remove(pod.object)
    finish(pod, `the kubelet did not complete it within ${GIVE_UP_MS / 1000} s`)
  }

  const synced = pods.watch((object, end) => {
    const { name, deletionTimestamp } = object.metadata
    const pod = running.get(name)
    if (pod) running.set(name, { ...pod, object })
    if (pod && end) finish({ ...pod, object }, end === 'deleted' ? 'it was deleted before it reported' : undefined)
    // Pods that ended are deleted, and so are those that a former process left.
    if ((!pod || end) && !deletionTimestamp) pods.remove(object)
  })

  return { synced, start, queue, work: (key: string) => (key === START ? startPods() : giveUp(key)) }
}

/** Has containers inspected by detector pods, and keeps their findings. */
export const createDetection = (options: DetectionOptions) => {
  const { signal } = options
  const targets = createTargets()
  const { synced, start, queue, work } = createPodRunner(options, targets)
  return {
    synced,
    /** Queues a detection unless one is pending or done for these containers. Returns the delay before the next try, in ms. */
    request: (target: DetectionTarget): number | undefined => {
      const nowMs = options.nowMs()
      const againMs = requestAgainMs(targets.get(target.key), target, nowMs)
      if (targets.step(target.key, { is: 'requested', target, nowMs }).after.phase === 'waiting') start()
      return againMs
    },
    findings: (key: string): Findings | undefined => targets.get(key).findings,
    forget: targets.forget,
    /** Works until the signal is aborted. */
    run: async (): Promise<void> => {
      if (signal.aborted) queue.close()
      signal.addEventListener('abort', queue.close, { once: true })
      for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
        await work(key)
        queue.done(key)
      }
    },
  }
}
export type Detection = ReturnType<typeof createDetection>
