import type { InstrumentationConfig, InstrumentationConfigSpec } from '../../api/kinds/instrumentation-config.ts'
import type { Traffic } from '../../api/kinds/telemetry.ts'
import type { InstrumentationRule } from '../../api/kinds/instrumentation-rule.ts'
import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import type { Agent } from '../../api/vocabulary.ts'
import type { Reason } from '../../api/reasons.ts'
import type { Failures } from '../actions/runner.ts'
import type { KnownDetection } from './detection/known-detections.ts'
import type { PodTelemetry } from './seen/pod-telemetry.ts'
import type { Seen } from './seen/runner.ts'
import type { Trial } from './trial/verdict.ts'
import type { PodView } from './watch/pod-view.ts'
import type { Refusal } from './watch/workload-view.ts'
import type { WorkloadView } from './watch/workload-view.ts'

/** What arrived from the pods of one workload. */
export interface SeenOfWorkload extends Pick<Seen, 'watchedSinceMs' | 'startedMs' | 'silenceMs'> {
  /** By the name of the pod. */
  pods: ReadonlyMap<string, PodTelemetry>
  /** How much it sends; absent while that is not known, null where it is little. */
  traffic?: Traffic | null | undefined
}

/** Everything that is known about one workload at one moment. */
export interface Observed {
  workload: WorkloadView
  namespace: { name: string; labels?: Record<string, string> | undefined }
  settings: OdigosConfigSpec
  rules: readonly InstrumentationRule[]
  pods: readonly PodView[]
  /** The Jobs of a CronJob, or the Job itself. */
  jobs: readonly WorkloadView[]
  /** Agents whose images cannot be pulled in the namespace, as other workloads show. */
  unavailable: ReadonlyMap<Agent, string>
  /** Why pods of the workload cannot be created, where they cannot. */
  refusal: Refusal | undefined
  config: InstrumentationConfig | undefined
  detections: ReadonlyMap<string, KnownDetection>
  /** Why the containers without an entry in `detections` have none. */
  pending: (container: string) => { reason: Reason; message: string }
  /** Nodes and pods where detection failed, see `Findings`. */
  avoided?: readonly string[]
  isWebhookReady: boolean
  /** Whether decisions are tried as dry runs before they are relied on. */
  triesPods: boolean
  /** The trial of the decision, where no pod has shown that it is admitted. */
  trial: Trial | undefined
  seen: SeenOfWorkload
  currentHash: (spec: InstrumentationConfigSpec) => string
  /** The hash of the same decision with these images of agents, as a pod of another release carries it. */
  hashWith: (spec: InstrumentationConfigSpec, agentImages: readonly string[]) => string
  /** Images of all agents of this release. */
  agentImages: readonly string[]
  nowMs: number
  systemNamespace: string
  /** Actions that are being refused. */
  failures: Failures
}
