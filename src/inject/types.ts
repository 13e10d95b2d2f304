import type { InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../api/kinds/odigos-config.ts'
import type { JsonPatchOperation } from '../api/kubernetes.ts'
import type { Reason } from '../api/reasons.ts'
import type { Agent, PodSecurityLevel } from '../api/vocabulary.ts'
import type { NamespaceLimits } from './resources/limits.ts'

/** References of the agents' images, and how kubelets pull them. */
export interface AgentImages {
  agent: (agent: Agent) => string
  pullPolicy: string
  /** Names of Secrets in the namespaces of pods, with which kubelets pull the images. */
  pullSecrets?: readonly string[]
}

/** Everything that a decision needs besides the pod, looked up beforehand: a decision reads nothing else. */
export interface DecisionContext {
  namespace: {
    name: string
    labels?: Record<string, string> | undefined
    annotations?: Record<string, string> | undefined
  }
  /** The installation's own namespace, which is never instrumented. */
  systemNamespace: string
  settings: OdigosConfigSpec
  /** Spec of the InstrumentationConfig of the workload that owns the pod, if it exists. */
  configFor: InstrumentationConfigSpec | undefined
  images: AgentImages
  /** Pod Security level of namespaces without a label. Defaults to privileged, as in Kubernetes. */
  podSecurityDefault?: PodSecurityLevel
  /** Resource limits of the namespace. None if absent. */
  limits?: NamespaceLimits
}

export interface ContainerOutcome {
  agent?: Agent
  reason: Reason
  message: string
}

/** A rule, what it found, and the setting, label or field behind it. */
export interface TraceEntry {
  rule: string
  finding: string
  from: string
  container?: string
}

export interface Decision {
  /** Empty if the pod stays unchanged. */
  patch: JsonPatchOperation[]
  /** By container name; empty for a pod that is not instrumented. */
  containers: Record<string, ContainerOutcome>
  outcome: Reason
  trace: TraceEntry[]
}
