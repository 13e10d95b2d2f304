/** View of the cluster for the UI and the CLI: plain data, built by cluster-view.ts. */
import type { Condition } from '../api/conditions.ts'
import type { DryRun } from '../api/actions/dry-run.ts'
import type { ActionType } from '../api/actions/action-types.ts'
import type { Delivery } from '../api/kinds/delivery.ts'
import type { CollectorRole } from '../api/kinds/collectors-group.ts'
import type {
  AgentObservation,
  Cause,
  InstrumentationConfigStatus,
  KnownContainer,
  LastSeen,
  WorkloadState,
} from '../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../api/kinds/odigos-config.ts'
import type { Choice, DecidedBy } from '../api/opt-in.ts'
import type { Signal } from '../api/vocabulary.ts'

export type { Choice, DecidedBy }

export type PodCounts = NonNullable<InstrumentationConfigStatus['pods']>

export interface NamespaceView {
  name: string
  choice: Choice
  /** Never instrumented: `kube-*`, our own namespace, and those that the OdigosConfig names. */
  ignored: boolean
}

export interface ContainerView extends Omit<KnownContainer, 'runtimeEnv'> {
  /** What its processes report of the agent. */
  reported?: AgentObservation
}

export type RowState = WorkloadState | 'NotOptedIn' | 'OptedOut'

export interface WorkloadView {
  /** `namespace/kind/name`. */
  id: string
  namespace: string
  kind: string
  name: string
  /** Name of its InstrumentationConfig, whether or not that exists; computed by the server. */
  configName: string
  choice: Choice
  wanted: boolean
  decidedBy: DecidedBy
  state: RowState
  replicas?: number
  serviceName?: string
  containers: ContainerView[]
  pipeline?: { collectorsGroup: string; signals: Signal[] }
  pods?: PodCounts
  lastSeen?: LastSeen
  /** Why nothing arrives. */
  cause?: Cause
  conditions: Condition[]
}

export interface DestinationView {
  name: string
  displayName: string
  type: string
  typeName: string
  disabled: boolean
  signals: Signal[]
  /** What it takes, in words; absent where that is everything. */
  sources?: string
  /** Fields that are not secret. */
  fields: Record<string, string>
  secretName?: string
  /** Names of the secret fields that have, or may have, a stored value. */
  storedSecrets: string[]
  generation: number
  delivery?: Delivery
  conditions: Condition[]
}

export interface CollectorsView {
  name: string
  role: CollectorRole
  signals: Signal[]
  ready: number
  desired: number
  conditions: Condition[]
}

export interface ActionView {
  name: string
  displayName: string
  type: ActionType
  signals: Signal[]
  mode: 'Enforce' | 'DryRun' | 'Disabled'
  /** What it would have dropped. */
  dryRun?: DryRun
  /** As YAML, for Git. */
  manifest: string
  conditions: Condition[]
}

/** One setting of the OdigosConfig. Values are texts; '' where there is none. */
export interface SettingView {
  path: string
  value: string
  default: string
  /** Whether the OdigosConfig has it; otherwise it is the default. */
  isSet: boolean
  description: string
}

export interface StatusView {
  /** Kinds whose first list has not been received. */
  missing: string[]
  /** Seconds since the last event of the most silent watch; 0 while that is within the normal range. */
  silentSeconds: number
  /** Why our kinds cannot be read: their CustomResourceDefinitions do not match this release. */
  problem?: string
  /** Namespace of Odigos itself, for commands. */
  systemNamespace: string
  mode: OdigosConfigSpec['mode']
  rollout: 'Manual' | 'Automatic'
  /** Validation error of the OdigosConfig; the last valid version, or the defaults if there is none, are shown. */
  settingsProblem?: string
}

export interface ClusterView {
  status: StatusView
  namespaces: Record<string, NamespaceView>
  workloads: Record<string, WorkloadView>
  destinations: Record<string, DestinationView>
  collectors: Record<string, CollectorsView>
  /** In the order in which they run. */
  actions: Record<string, ActionView>
  /** By path. */
  settings: Record<string, SettingView>
}

/** Whether a list may be incomplete because not all kinds have been received. */
export const isReading = ({ status }: ClusterView): boolean => status.missing.length > 0

export const workloadId = (namespace: string, kind: string, name: string): string => `${namespace}/${kind}/${name}`

/** Page of a workload. */
export const workloadPath = ({ namespace, kind, name }: Pick<WorkloadView, 'namespace' | 'kind' | 'name'>): string =>
  `/workloads/${namespace}/${kind.toLowerCase()}/${encodeURIComponent(name)}`

export const destinationPath = (name: string): string => `/destinations/${encodeURIComponent(name)}`
