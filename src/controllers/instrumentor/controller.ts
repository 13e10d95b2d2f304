import type { InstrumentationConfig, InstrumentationConfigSpec } from '../../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import { instrumentationConfigName } from '../../api/workloads.ts'
import { injectionHash } from '../../inject/hash.ts'
import type { AgentImages } from '../../inject/types.ts'
import type { ReconcileResult } from '../../kube/types.ts'
import type { Act } from './act.ts'
import type { Caches } from './watch/caches.ts'
import type { Detection } from './detection/runner.ts'
import { knownDetections } from './detection/known-detections.ts'
import { pendingReason, targetOf } from './detection/pick-target.ts'
import { optOutReason } from './decision/opt-in.ts'
import { overridesOf } from './decision/overrides.ts'
import type { OwnWrites } from './watch/own-writes.ts'
import type { Observed } from './observed.ts'
import { reconcile } from './reconcile.ts'
import { isSuspicious, ROLLED_BACK_ANNOTATION } from './restart/rollback.ts'
import type { WorkloadView } from './watch/workload-view.ts'
import { cronJobKeyOf } from './watch/workload-index.ts'

export interface InstrumentorOptions {
  caches: Caches
  detection: Detection
  act: Act
  ownWrites: OwnWrites
  /** Called when a workload is gone. */
  onGone: (key: string) => void
  images: AgentImages
  systemNamespace: string
  /** Whether the API server calls the webhook for a namespace already. */
  isServed: (namespace: string) => boolean
  now: () => number
}

/** A crash or a rollout goes on without an event of ours, so such a workload is looked at again. */
const WATCH_AGAIN_MS = 15_000

const isOptedIn = ({ workload, namespace }: Observed, settings: OdigosConfigSpec, systemNamespace: string): boolean =>
  optOutReason(workload.metadata.labels, namespace, settings, systemNamespace) === undefined

const isInMotion = ({ config, pods }: Observed): boolean =>
  config?.status?.state === 'RestartRequired' || config?.status?.state === 'Detecting' || pods.some(isSuspicious)

/** Whether what runs in a container does not matter, because something else decides. */
const isDecidedOtherwise = (
  container: string,
  workload: WorkloadView,
  { ignoredContainers }: OdigosConfigSpec,
  config: InstrumentationConfig | undefined,
): boolean =>
  ignoredContainers.includes(container) ||
  Object.keys(overridesOf(workload, container)).length > 0 ||
  config?.metadata.annotations?.[ROLLED_BACK_ANNOTATION] !== undefined

/** Reads what is known about a workload, decides, and does it. */
export const createInstrumentor = (options: InstrumentorOptions) => {
  const { caches, detection, act } = options

  const gather = (key: string): Observed | undefined => {
    const [namespace = '', kind = '', name = ''] = key.split('/')
    const workload = caches.workloadOf(key)
    if (!workload || workload.metadata.deletionTimestamp) return undefined
    const settings = caches.settings()
    const configName = instrumentationConfigName(kind, name)
    const config = options.ownWrites.newest(caches.configs.get(namespace, configName), namespace, configName)
    const pods = caches.podsOf(key)
    const answer = detection.answer(key)
    const isHidden = (container: string): boolean => isDecidedOtherwise(container, workload, settings, config)
    return {
      workload,
      namespace: { name: namespace, labels: caches.namespaces.get(undefined, namespace)?.labels },
      settings,
      rules: caches.rules.list(),
      pods,
      config,
      detections: knownDetections({ pods, config, answer, isHidden }),
      pending: pendingReason(pods, answer),
      isWebhookReady: options.isServed(namespace),
      currentHash: (spec: InstrumentationConfigSpec) => injectionHash(spec, settings, options.images),
      nowMs: options.now(),
      systemNamespace: options.systemNamespace,
    }
  }

  /** Has a pod looked at where something is not known; answers when to ask again. */
  const requestDetection = (key: string, observed: Observed): number | undefined => {
    const target = targetOf(key, observed)
    return target && detection.request(target)
  }

  return async (key: string): Promise<ReconcileResult> => {
    const observed = gather(key)
    if (!observed) {
      detection.forget(key)
      options.onGone(key)
      return undefined
    }
    if (cronJobKeyOf(observed.workload)) return undefined
    const isIn = isOptedIn(observed, observed.settings, options.systemNamespace)
    const againMs = isIn ? requestDetection(key, observed) : undefined
    for (const action of reconcile(observed)) await act(observed, action)
    if (againMs !== undefined) return { again: againMs }
    return isIn && isInMotion(observed) ? { again: WATCH_AGAIN_MS } : undefined
  }
}
