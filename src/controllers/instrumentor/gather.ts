import type { InstrumentationConfig, InstrumentationConfigSpec } from '../../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import { instrumentationConfigName } from '../../api/workloads.ts'
import { carriedImages, injectionHash } from '../../inject/hash.ts'
import type { AgentImages } from '../../inject/types.ts'
import type { Failures } from '../actions/runner.ts'
import { overridesOf } from './decision/overrides.ts'
import { knownDetections } from './detection/known-detections.ts'
import { pendingReason } from './detection/pick-target.ts'
import type { Detection } from './detection/runner.ts'
import type { Observed } from './observed.ts'
import { rollbackIn } from './restart/rollback.ts'
import type { Caches } from './watch/caches.ts'
import type { OwnWrites } from './watch/own-writes.ts'
import type { WorkloadView } from './watch/workload-view.ts'

export interface GatherOptions {
  caches: Pick<Caches, 'workloadOf' | 'podsOf' | 'configs' | 'namespaces' | 'rules' | 'settings'>
  detection: Pick<Detection, 'findings'>
  ownWrites: Pick<OwnWrites, 'newest'>
  images: AgentImages
  systemNamespace: string
  /** Whether the API server calls the webhook for a namespace already. */
  isServed: (namespace: string) => boolean
  now: () => number
}

/** Whether what runs in a container does not matter, because something else decides. */
const isDecidedOtherwise = (
  container: string,
  workload: WorkloadView,
  { ignoredContainers }: OdigosConfigSpec,
  config: InstrumentationConfig | undefined,
): boolean =>
  ignoredContainers.includes(container) ||
  Object.keys(overridesOf(workload, container)).length > 0 ||
  rollbackIn(config) !== undefined

/** Reads what is known about a workload; `undefined` where it is gone, or about to be. */
export const createGather =
  ({ caches, detection, ownWrites, images, isServed, ...options }: GatherOptions) =>
  (key: string, failures: Failures): Observed | undefined => {
    const [namespace = '', kind = '', name = ''] = key.split('/')
    const workload = caches.workloadOf(key)
    if (!workload || workload.metadata.deletionTimestamp) return undefined
    const settings = caches.settings()
    const configName = instrumentationConfigName(kind, name)
    const config = ownWrites.newest(caches.configs.get(namespace, configName), namespace, configName)
    const pods = caches.podsOf(key)
    const findings = detection.findings(key)
    const isHidden = (container: string): boolean => isDecidedOtherwise(container, workload, settings, config)
    return {
      workload,
      namespace: { name: namespace, labels: caches.namespaces.get(undefined, namespace)?.labels },
      settings,
      rules: caches.rules(),
      pods,
      config,
      detections: knownDetections({ pods, config, findings, isHidden }),
      pending: pendingReason(pods, findings),
      isWebhookReady: isServed(namespace),
      currentHash: (spec: InstrumentationConfigSpec) => injectionHash(spec, settings, images),
      hashWith: (spec: InstrumentationConfigSpec, agentImages: readonly string[]) =>
        injectionHash(spec, settings, carriedImages(agentImages, images)),
      nowMs: options.now(),
      systemNamespace: options.systemNamespace,
      failures,
    }
  }
