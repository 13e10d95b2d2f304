/** Names of components that need something of the pod that they run in. */

export const LOG_FILES = 'file_log/containers'
export const POD_ATTRIBUTES = 'k8s_attributes'
export const KUBELET = 'kubelet_stats'
export const CLUSTER = 'k8s_cluster'
export const EVENTS = 'k8s_events'

/** Those that need a token. */
export const ASKING_CLUSTER: ReadonlySet<string> = new Set([POD_ATTRIBUTES, KUBELET, CLUSTER, EVENTS])
