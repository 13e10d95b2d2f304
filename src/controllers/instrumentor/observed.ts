import type { InstrumentationConfig, InstrumentationConfigSpec } from '../../api/kinds/instrumentation-config.ts'
import type { InstrumentationRule } from '../../api/kinds/instrumentation-rule.ts'
import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import type { Reason } from '../../api/reasons.ts'
import type { Failures } from '../actions/runner.ts'
import type { KnownDetection } from './detection/known-detections.ts'
import type { PodView } from './watch/pod-view.ts'
import type { WorkloadView } from './watch/workload-view.ts'

/** Everything that is known about one workload at one moment. */
export interface Observed {
  workload: WorkloadView
  namespace: { name: string; labels?: Record<string, string> | undefined }
  settings: OdigosConfigSpec
  rules: readonly InstrumentationRule[]
  pods: readonly PodView[]
  config: InstrumentationConfig | undefined
  detections: ReadonlyMap<string, KnownDetection>
  /** Why the containers without an entry in `detections` have none. */
  pending: (container: string) => { reason: Reason; message: string }
  isWebhookReady: boolean
  currentHash: (spec: InstrumentationConfigSpec) => string
  /** The hash of the same decision with these images of agents, as a pod of another release carries it. */
  hashWith: (spec: InstrumentationConfigSpec, agentImages: readonly string[]) => string
  nowMs: number
  systemNamespace: string
  /** Actions that are being refused. */
  failures: Failures
}
