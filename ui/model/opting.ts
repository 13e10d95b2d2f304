/** Effect of a switch on a label; pure. */
import type { Choice, ClusterView, NamespaceView, StatusView, WorkloadView } from './view.ts'

type Mode = StatusView['mode']

/** Whether the workloads of a namespace are opted in, unless their own labels differ. */
export const isNamespaceWanted = (namespace: NamespaceView | undefined, mode: Mode): boolean => {
  if (!namespace || namespace.choice === 'inherit') return mode === 'OptOut'
  return namespace.choice === 'enabled'
}

/** The label that switches a namespace `on` or off; none where the mode has the same effect. */
export const namespaceChoice = (on: boolean, mode: Mode): Choice => {
  if (on === (mode === 'OptOut')) return 'inherit'
  return on ? 'enabled' : 'disabled'
}

/** The label that switches a workload `on` or off; none where its namespace has the same effect. */
export const workloadChoice = (on: boolean, workload: WorkloadView, { namespaces, status }: ClusterView): Choice => {
  if (on === isNamespaceWanted(namespaces[workload.namespace], status.mode)) return 'inherit'
  return on ? 'enabled' : 'disabled'
}
