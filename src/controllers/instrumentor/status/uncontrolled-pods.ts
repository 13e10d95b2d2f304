/** Reports pods in opted-in namespaces that no workload controls, so that nothing is done about them in silence. */
import type { OwnerReference } from '../../../api/kubernetes.ts'
import { WORKLOAD_KINDS } from '../../../api/workload-kinds.ts'
import type { RecordEvent } from '../../../kube/types.ts'
import { optOutReason } from '../decision/opt-in.ts'
import type { Caches } from '../watch/caches.ts'
import type { PodView } from '../watch/pod-view.ts'
import { isAlive } from '../watch/pod-view.ts'

/** Maximum number of remembered reports; older ones may be repeated. */
const MAX_REPORTED = 10_000

const KINDS = WORKLOAD_KINDS.map(({ kind }) => kind).join(', ')

type About = Parameters<RecordEvent>[0]

const controllerOf = ({ metadata }: PodView): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller)

/** What the Event is about: one for all pods of a controller. */
const aboutOf = (pod: PodView, controller: OwnerReference | undefined): About => {
  const { name, namespace, uid } = pod.metadata
  if (!controller) return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, ...(uid ? { uid } : {}) } }
  const { apiVersion, kind } = controller
  return { apiVersion, kind, metadata: { name: controller.name, namespace, uid: controller.uid } }
}

const messageOf = (controller: OwnerReference | undefined): string =>
  controller
    ? `pods of the ${controller.kind} ${controller.name} are not instrumented: only those of ${KINDS} are`
    : `the pod is not instrumented, because nothing creates it again; only pods of ${KINDS} are`

/** Static pods belong to their node. */
const isReportable = (pod: PodView): boolean => isAlive(pod) && controllerOf(pod)?.kind !== 'Node'

export interface ReportUncontrolledOptions {
  record: RecordEvent
  caches: Pick<Caches, 'namespaces' | 'currentSettings'>
  systemNamespace: string
}

/** Whether the pod would be instrumented if a workload controlled it. */
const isIn = ({ metadata }: PodView, { caches, systemNamespace }: ReportUncontrolledOptions): boolean => {
  const settings = caches.currentSettings()
  const labels = caches.namespaces.get(undefined, metadata.namespace)?.labels
  const namespace = { name: metadata.namespace, labels }
  return settings !== undefined && optOutReason(metadata.labels, namespace, settings, systemNamespace) === undefined
}

/** Records one Event for each pod or controller. */
export const createReportUncontrolled = (options: ReportUncontrolledOptions) => {
  const reported = new Set<string>()
  return (pod: PodView): void => {
    if (!isReportable(pod) || !isIn(pod, options)) return
    const controller = controllerOf(pod)
    const about = aboutOf(pod, controller)
    const key = about.metadata.uid ?? `${about.kind}/${pod.metadata.namespace}/${about.metadata.name}`
    if (reported.has(key)) return
    if (reported.size >= MAX_REPORTED) reported.clear()
    reported.add(key)
    options.record(about, { type: 'Normal', reason: 'NoController', message: messageOf(controller) })
  }
}
