/** What a switch does to a label; pure. */
import type { Choice, ClusterView, NamespaceView, StatusView, WorkloadView } from './view.ts'

type Mode = StatusView['mode']

/** Whether a namespace's workloads are wanted, before their own labels count. */
export const isNamespaceWanted = (namespace: NamespaceView | undefined, mode: Mode): boolean => {
  if (!namespace || namespace.choice === 'inherit') return mode === 'OptOut'
  return namespace.choice === 'enabled'
}

/** The label for a namespace that is to be switched `on` or off; none where the mode alone says the same. */
export const namespaceChoice = (on: boolean, mode: Mode): Choice => {
  if (on === (mode === 'OptOut')) return 'inherit'
  return on ? 'enabled' : 'disabled'
}

/** The label for a workload that is to be switched `on` or off; none where its namespace says the same. */
export const workloadChoice = (on: boolean, workload: WorkloadView, { namespaces, status }: ClusterView): Choice => {
  if (on === isNamespaceWanted(namespaces[workload.namespace], status.mode)) return 'inherit'
  return on ? 'enabled' : 'disabled'
}
