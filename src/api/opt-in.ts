/** Whether a workload is opted in: its label takes precedence over that of its namespace, and that over the mode; pure. */
import type { OdigosConfigSpec } from './kinds/odigos-config.ts'
import { OPT_LABEL } from './names.ts'

/** Value of the label; `inherit` if there is none. */
export type Choice = 'enabled' | 'disabled' | 'inherit'

/** What determines whether a workload is opted in. */
export type DecidedBy = 'workload' | 'namespace' | 'mode' | 'ignored'

/** A value other than `enabled` and `disabled` is ignored. */
export const choiceOf = (labels: Record<string, string> | undefined): Choice => {
  const value = labels?.[OPT_LABEL]
  return value === 'enabled' || value === 'disabled' ? value : 'inherit'
}

/**
 * Why a namespace is ignored, if it is: `system` for the namespaces of Kubernetes and Odigos, which are never instrumented,
 * and `settings` for those that the OdigosConfig lists.
 */
export const ignoredBy = (
  name: string,
  { ignoredNamespaces }: Pick<OdigosConfigSpec, 'ignoredNamespaces'>,
  systemNamespace: string,
): 'system' | 'settings' | undefined => {
  if (name.startsWith('kube-') || name === systemNamespace) return 'system'
  return ignoredNamespaces.includes(name) ? 'settings' : undefined
}

/** Whether a namespace is never instrumented, regardless of its labels. */
export const isIgnoredNamespace = (...question: Parameters<typeof ignoredBy>): boolean =>
  ignoredBy(...question) !== undefined

/** Namespaces of what nodes and pods depend on: networks, storage, certificates, policies, and the platform of a provider. */
const INFRASTRUCTURE = new RegExp(
  `^(?:${[
    'calico-(?:apiserver|system)|tigera-operator|cilium(?:-secrets|-system|-test)?|metallb-system|istio-(?:cni|gateway|ingress|operator|system)',
    'linkerd(?:-(?:cni|multicluster|viz))?|rook-ceph|longhorn-system|openebs|portworx|cert-manager|trust-manager',
    'gatekeeper-system|kyverno|opa|spire(?:-system)?|external-secrets|sealed-secrets|vault-secrets-operator-system',
    'openshift(?:-.+)?|cattle-.+|fleet-(?:default|local)|gke-(?:gmp-system|managed-.+|mcs)|gmp-(?:public|system)|aks-(?:command|istio-.+)',
    'amazon-(?:cloudwatch|guardduty)|app-routing-system|tanzu-.+|vmware-system-.+',
  ].join('|')})$`,
)

/** The mode as it applies to a namespace: only a label includes one of infrastructure. */
export const modeIn = (namespace: string, mode: OdigosConfigSpec['mode']): OdigosConfigSpec['mode'] =>
  INFRASTRUCTURE.test(namespace) ? 'OptIn' : mode

/** `mode` is that of the namespace: see `modeIn`. */
export const decideOptIn = (
  workload: Choice,
  namespace: { choice: Choice; ignored: boolean },
  mode: OdigosConfigSpec['mode'],
): { wanted: boolean; decidedBy: DecidedBy } => {
  if (namespace.ignored) return { wanted: false, decidedBy: 'ignored' }
  if (workload !== 'inherit') return { wanted: workload === 'enabled', decidedBy: 'workload' }
  if (namespace.choice !== 'inherit') return { wanted: namespace.choice === 'enabled', decidedBy: 'namespace' }
  return { wanted: mode === 'OptOut', decidedBy: 'mode' }
}
