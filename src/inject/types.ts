import type { InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../api/kinds/odigos-config.ts'
import type { JsonPatchOperation } from '../api/kubernetes.ts'
import type { Reason } from '../api/reasons.ts'
import type { Agent, PodSecurityLevel } from '../api/vocabulary.ts'
import type { NamespaceLimits } from './resources/limits.ts'

/** Where the agents' images are, and how kubelets pull them. */
export interface AgentImages {
  agent: (agent: Agent) => string
  pullPolicy: string
}

/** All that a decision needs besides the pod. It is looked up beforehand: deciding reads nothing else. */
export interface DecisionContext {
  namespace: { name: string; labels?: Record<string, string> | undefined }
  /** The installation's own namespace, which is never instrumented. */
  systemNamespace: string
  settings: OdigosConfigSpec
  /** Spec of the InstrumentationConfig of the workload that owns the pod, where there is one. */
  configFor: InstrumentationConfigSpec | undefined
  images: AgentImages
  /** Pod Security level of namespaces without a label; privileged where absent, as in Kubernetes. */
  podSecurityDefault?: PodSecurityLevel
  /** What the namespace demands of resources; nothing where absent. */
  limits?: NamespaceLimits
}

export interface ContainerOutcome {
  agent?: Agent
  reason: Reason
  message: string
}

/** A rule, its answer, and which setting, label or field that came from. */
export interface TraceEntry {
  rule: string
  answer: string
  from: string
  container?: string
}

export interface Decision {
  /** Empty where the pod stays as it is. */
  patch: JsonPatchOperation[]
  /** By container name; empty for a pod that is none of our business. */
  containers: Record<string, ContainerOutcome>
  outcome: Reason
  trace: TraceEntry[]
}
