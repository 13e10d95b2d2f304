import type { InstrumentationConfig, InstrumentationConfigSpec } from '../../api/kinds/instrumentation-config.ts'
import { AGENTS } from '../../api/vocabulary.ts'
import { instrumentationConfigName } from '../../api/workloads.ts'
import { carriedImages, injectionHash } from '../../inject/hash.ts'
import type { AgentImages } from '../../inject/types.ts'
import type { Failures } from '../actions/runner.ts'
import type { DueInput } from './decision/due-trial.ts'
import { dueTrial } from './decision/due-trial.ts'
import { overridesOf } from './decision/overrides.ts'
import { knownDetections } from './detection/known-detections.ts'
import { pendingReason } from './detection/pick-target.ts'
import type { Detection } from './detection/runner.ts'
import type { Observed, SeenOfWorkload } from './observed.ts'
import { heldRollback, withdrawalOf } from './outcome/rollback.ts'
import { unavailableAgents } from './decision/unavailable.ts'
import type { Seen } from './seen/runner.ts'
import type { Trials } from './trial/runner.ts'
import type { Trial } from './trial/verdict.ts'
import type { Caches } from './watch/caches.ts'
import type { OwnWrites } from './watch/own-writes.ts'
import type { PodView } from './watch/pod-view.ts'

export interface GatherOptions {
  caches: Pick<
    Caches,
    'workloadOf' | 'podsOf' | 'refusalOf' | 'jobsOf' | 'keysIn' | 'configs' | 'namespaces' | 'rules' | 'settings'
  >
  detection: Pick<Detection, 'findings'>
  ownWrites: Pick<OwnWrites, 'newest'>
  seen: Seen
  /** Absent where no pods are tried. */
  trials: Pick<Trials, 'verdict'> | undefined
  images: AgentImages
  systemNamespace: string
  /** Whether the API server calls the webhook for a namespace already. */
  isServed: (namespace: string) => boolean
  now: () => number
}

/** Whether what runs in a container does not matter, because something else decides. */
const isDecidedOtherwise = (container: string, observed: Omit<Observed, 'detections' | 'trial'>): boolean =>
  observed.settings.ignoredContainers.includes(container) ||
  Object.keys(overridesOf(observed.workload, container)).length > 0 ||
  observed.unavailable.size > 0 ||
  withdrawalOf(heldRollback(observed), container) !== undefined

/** What is known of the telemetry of these pods, which are all of the workload's. */
export const seenOf = (key: string, pods: readonly PodView[], { podTelemetry, ...seen }: Seen): SeenOfWorkload => ({
  traffic: seen.traffic(key),
  watchedSinceMs: seen.watchedSinceMs,
  startedMs: seen.startedMs,
  silenceMs: seen.silenceMs,
  pods: new Map(
    pods.flatMap(({ metadata: { namespace, name } }) => {
      const telemetry = podTelemetry(namespace, name)
      return telemetry ? [[name, telemetry]] : []
    }),
  ),
})

/** InstrumentationConfigs of the other workloads of a workload's namespace. */
const otherConfigs = (key: string, { configs, keysIn }: GatherOptions['caches']): InstrumentationConfig[] => {
  const [namespace = ''] = key.split('/')
  return keysIn(namespace).flatMap((other) => {
    const [, kind = '', name = ''] = other.split('/')
    return (other !== key && configs.get(namespace, instrumentationConfigName(kind, name))) || []
  })
}

const trialOf = (key: string, observed: DueInput, trials: GatherOptions['trials']): Trial | undefined => {
  const due = trials && dueTrial(observed)
  return due && { ...due, verdict: trials.verdict(key, due) }
}

/** Reads what is known about a workload; `undefined` where it is gone, or about to be. */
export const createGather =
  ({ caches, detection, ownWrites, seen, images, isServed, trials, ...options }: GatherOptions) =>
  (key: string, failures: Failures): Observed | undefined => {
    const [namespace = '', kind = '', name = ''] = key.split('/')
    const workload = caches.workloadOf(key)
    if (!workload || workload.metadata.deletionTimestamp) return undefined
    const settings = caches.settings()
    const configName = instrumentationConfigName(kind, name)
    const config = ownWrites.newest(caches.configs.get(namespace, configName), namespace, configName)
    const pods = caches.podsOf(key)
    const findings = detection.findings(key)
    const observed: Omit<Observed, 'detections' | 'trial'> = {
      workload,
      namespace: { name: namespace, labels: caches.namespaces.get(undefined, namespace)?.labels },
      settings,
      rules: caches.rules(),
      pods,
      jobs: caches.jobsOf(key),
      unavailable: unavailableAgents(otherConfigs(key, caches)),
      refusal: caches.refusalOf(key),
      config,
      pending: pendingReason(pods, findings),
      avoided: findings?.avoided ?? [],
      isWebhookReady: isServed(namespace),
      triesPods: trials !== undefined,
      seen: seenOf(key, pods, seen),
      currentHash: (spec: InstrumentationConfigSpec) => injectionHash(spec, settings, images),
      hashWith: (spec: InstrumentationConfigSpec, agentImages: readonly string[]) =>
        injectionHash(spec, settings, carriedImages(agentImages, images)),
      agentImages: AGENTS.map((agent) => images.agent(agent)),
      nowMs: options.now(),
      systemNamespace: options.systemNamespace,
      failures,
    }
    const isHidden = (container: string): boolean => isDecidedOtherwise(container, observed)
    return {
      ...observed,
      detections: knownDetections({ pods, config, findings, isHidden }),
      trial: trialOf(key, observed, trials),
    }
  }
