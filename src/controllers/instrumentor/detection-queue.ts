import type { KubeObject } from '../../api/kubernetes.ts'
import { COMPONENT_LABEL } from '../../api/names.ts'
import type { Reason } from '../../api/reasons.ts'
import { createInformer } from '../../kube/informer.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { DetectionTarget, DetectorPodSettings } from './detector-pod.ts'
import { detectorPods } from './detector-pod.ts'
import type { ContainerDetection } from './detection-result.ts'
import { readDetectorPod } from './detection-result.ts'

/** How long requests are gathered, so that a labelled namespace is looked at by few pods. */
const GATHER_MS = 400
/** Waits before a container that answered nothing useful is looked at again. */
const RETRY_MS = [5_000, 20_000, 60_000, 300_000] as const

export interface DetectionQueueOptions {
  client: KubeClient
  pod: DetectorPodSettings
  log: Log
  signal: AbortSignal
  /** Called with the key of each target that was answered, or given up for now. */
  onAnswer: (key: string) => void
}

interface Answer {
  /** uid of the pod that was looked at. */
  podUid: string
  containers: ContainerDetection[]
  retryAtMs: number | undefined
}

const RETRY_REASONS: readonly Reason[] = ['StillStarting', 'DetectionFailed']

/** Gathers what is to be looked at, starts detector pods and keeps their answers. */
export const createDetectionQueue = ({ client, pod, log, signal, onAnswer }: DetectionQueueOptions) => {
  const waiting = new Map<string, DetectionTarget>()
  const running = new Map<string, DetectionTarget>()
  const answers = new Map<string, Answer>()
  const attempts = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined

  const settle = (target: DetectionTarget, containers: ContainerDetection[] | undefined): void => {
    running.delete(target.key)
    const isOpen = !containers || containers.some(({ reason }) => RETRY_REASONS.includes(reason))
    const attempt = attempts.get(target.key) ?? 0
    const retryMs = isOpen ? (RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0) : undefined
    attempts.set(target.key, isOpen ? attempt + 1 : 0)
    answers.set(target.key, {
      podUid: target.podUid,
      containers: containers ?? [],
      retryAtMs: retryMs === undefined ? undefined : Date.now() + retryMs,
    })
    onAnswer(target.key)
  }

  const flush = async (): Promise<void> => {
    timer = undefined
    const targets = [...waiting.values()]
    waiting.clear()
    for (const target of targets) running.set(target.key, target)
    const pods = detectorPods(targets, pod)
    log.info({ targets: targets.length, pods: pods.length }, 'looking at workloads')
    await Promise.all(
      pods.map(({ object, keys }) =>
        client.create(RESOURCES.pods, object, 'odigos-instrumentor').catch((error: unknown) => {
          log.warn({ err: error }, 'a detector pod could not be created')
          for (const key of keys) fail(key)
        }),
      ),
    )
  }
  const fail = (key: string): void => {
    const target = running.get(key)
    if (target) settle(target, undefined)
  }

  const onDetectorPod = (object: KubeObject): void => {
    const { phase } = (object['status'] ?? {}) as { phase?: string }
    if (phase !== 'Succeeded' && phase !== 'Failed') return
    if (object.metadata.deletionTimestamp) return
    const { results, unanswered } = readDetectorPod(object)
    for (const [key, containers] of results) {
      const target = running.get(key)
      if (target) settle(target, containers)
    }
    for (const key of unanswered) {
      const target = running.get(key)
      if (!target) continue
      log.warn({ workload: key, detector: object.metadata.name }, 'the detector gave no answer')
      settle(target, undefined)
    }
    const ref = { type: RESOURCES.pods, namespace: object.metadata.namespace, name: object.metadata.name }
    client.delete(ref).catch((error: unknown) => log.warn({ err: error }, 'a detector pod could not be deleted'))
  }

  const informer = createInformer({
    client,
    type: RESOURCES.pods,
    namespace: pod.namespace,
    labelSelector: `${COMPONENT_LABEL}=detector`,
    onChange: (object, change) => {
      if (change !== 'removed') onDetectorPod(object as unknown as KubeObject)
    },
    signal,
  })

  return {
    synced: informer.synced,
    /** Asks for a look, unless one is under way or was made of this pod. Answers when to ask again, in milliseconds. */
    request: (target: DetectionTarget): number | undefined => {
      if (waiting.has(target.key) || running.has(target.key)) return undefined
      const answer = answers.get(target.key)
      if (answer && answer.podUid === target.podUid) {
        if (answer.retryAtMs === undefined) return undefined
        const waitMs = answer.retryAtMs - Date.now()
        if (waitMs > 0) return waitMs
      }
      waiting.set(target.key, target)
      timer ??= setTimeout(
        () => void flush().catch((error: unknown) => log.error({ err: error }, 'detection')),
        GATHER_MS,
      )
      return undefined
    },
    answer: (key: string): Answer | undefined => answers.get(key),
    forget: (key: string): void => {
      answers.delete(key)
      attempts.delete(key)
    },
  }
}
export type DetectionQueue = ReturnType<typeof createDetectionQueue>
