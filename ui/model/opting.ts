/** Effect of a switch on a label; pure. */
import { decideOptIn, modeIn } from '../../src/api/opt-in.ts'
import type { Choice, ClusterView, NamespaceView, StatusView, WorkloadView } from '../../src/view/view.ts'

type Mode = StatusView['mode']

/** A namespace without a label, also before it was received. */
const UNLABELLED = { choice: 'inherit', ignored: false } as const

/** Whether the workloads of a namespace are opted in, unless their own labels differ. */
export const isNamespaceWanted = (namespace: NamespaceView | undefined, mode: Mode): boolean =>
  decideOptIn('inherit', namespace ?? UNLABELLED, modeIn(namespace?.name ?? '', mode)).wanted

/** The label that switches `on` or off; none where that is so without it. */
const choiceFor = (on: boolean, isOnWithout: boolean): Choice => {
  if (on === isOnWithout) return 'inherit'
  return on ? 'enabled' : 'disabled'
}

/** The label that switches a namespace `on` or off; none where the mode has the same effect. */
export const namespaceChoice = (on: boolean, name: string, mode: Mode): Choice =>
  choiceFor(on, isNamespaceWanted({ ...UNLABELLED, name }, mode))

/** The label that switches a workload `on` or off; none where its namespace has the same effect. */
export const workloadChoice = (on: boolean, workload: WorkloadView, { namespaces, status }: ClusterView): Choice =>
  choiceFor(on, isNamespaceWanted(namespaces[workload.namespace], status.mode))
