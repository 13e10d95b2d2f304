import type { KubeObject } from '../../../api/kubernetes.ts'
import { RESOURCES, WORKLOAD_TYPES } from '../../../kube/resources.ts'
import type { Cached, Informer, ResourceType } from '../../../kube/types.ts'
import type { PodView } from './pod-view.ts'
import type { WorkloadView } from './workload-view.ts'
import { createdMs, podView } from './pod-view.ts'
import type { Refusal } from './workload-view.ts'
import type { RefusalEvent } from './refusals.ts'
import { latestRefusal, REFUSAL_EVENTS, refusalEvent } from './refusals.ts'
import { createUncontrolledPods } from './uncontrolled-pods.ts'
import { workloadView } from './workload-view.ts'
import { createWorkloadIndex, parentKeyOf, keyOf } from './workload-index.ts'

export type StartInformer = <T extends Cached>(
  type: ResourceType,
  transform: (object: KubeObject) => T,
  onChange: (object: T, change: 'added' | 'changed' | 'removed', before?: T) => void,
  selection?: { namespace?: string; fieldSelector?: string },
) => Informer<T>

export interface PodPlace {
  nodeName: string | undefined
  createdMs: number
  /** Key of its workload. */
  workload: string | undefined
}

/** A Job is reconciled as the CronJob that controls it. */
const reconciledAs = (workload: WorkloadView | undefined): string | undefined => workload && parentKeyOf(workload)

type OnWorkload = (workload: WorkloadView, change: 'added' | 'changed' | 'removed') => void

/** The informers of all kinds, by kind. */
const watchWorkloads = (start: StartInformer, onChange: OnWorkload): Map<string, Informer<WorkloadView>> =>
  new Map(
    Object.entries(WORKLOAD_TYPES).map(([kind, type]) => [
      kind,
      start(type, (object) => workloadView(object), onChange),
    ]),
  )

const watchRefusals = (start: StartInformer, onOwner: (key: string) => void) => {
  const onChange = ({ workload }: RefusalEvent): void => onOwner(workload)
  const informer = start(RESOURCES.events, refusalEvent, onChange, { fieldSelector: REFUSAL_EVENTS })
  return {
    informer,
    latest: (keys: readonly string[]): Refusal | undefined =>
      latestRefusal(informer.list().filter(({ workload }) => keys.includes(workload))),
  }
}

/** Workloads of all kinds and their pods; `onWorkload` is called with the key of each about which something changed. */
export const createWorkloadCaches = (start: StartInformer, onWorkload: (key: string) => void) => {
  const index = createWorkloadIndex()
  const uncontrolled = createUncontrolledPods()
  const workloads = watchWorkloads(start, (workload, change) => {
    if (change === 'removed') index.removeWorkload(workload)
    else index.putWorkload(workload)
    onWorkload(parentKeyOf(workload) ?? keyOf(workload))
  })
  const byKey = (key: string): WorkloadView | undefined => {
    const [namespace = '', kind = '', name = ''] = key.split('/')
    return workloads.get(kind)?.get(namespace, name)
  }
  const reconciledKey = (owner: string): string => reconciledAs(byKey(owner)) ?? owner
  const onOwner = (key: string): void => onWorkload(reconciledKey(key))
  const pods = start(RESOURCES.pods, podView, (pod, change) => {
    const owners = new Set([index.countedFor(pod), index.ownerKey(pod)])
    if (change === 'removed') index.removePod(pod)
    else index.putPod(pod)
    if (change === 'removed' || index.ownerKey(pod)) uncontrolled.remove(pod)
    else uncontrolled.put(pod)
    for (const owner of owners) if (owner) onOwner(owner)
  })
  const refusals = watchRefusals(start, onOwner)
  const all = (): WorkloadView[] => [...workloads.values()].flatMap((informer) => informer.list())
  return {
    /** The latest refusal of a pod of the workload, or of one that it created. */
    refusalOf: (key: string): Refusal | undefined =>
      byKey(key)?.refusal ?? refusals.latest([key, ...index.children(key)]),
    informers: { ...Object.fromEntries(workloads), pods, refusals: refusals.informer } as Record<
      string,
      Informer<Cached>
    >,
    /** Has all workloads and pods of a namespace looked at again, or those of all namespaces. */
    review: (namespace?: string): void => {
      for (const key of namespace === undefined ? all().map(keyOf) : index.keysIn(namespace)) onWorkload(key)
      uncontrolled.review(namespace)
    },
    /** Calls a function with each pod that belongs to no workload, whenever something about it may have changed. */
    reportUncontrolled: uncontrolled.report,
    byKey,
    keysIn: index.keysIn,
    podsOf: (key: string): PodView[] => index.pods(key),
    podOf: (namespace: string, name: string): PodPlace | undefined => {
      const pod = pods.get(namespace, name)
      const owner = pod && index.ownerKey(pod)
      return pod && { nodeName: pod.nodeName, createdMs: createdMs(pod), workload: owner && reconciledKey(owner) }
    },
    jobsOf: (key: string): WorkloadView[] =>
      [key, ...index.children(key)].flatMap((each) => byKey(each) ?? []).filter(({ kind }) => kind === 'Job'),
  }
}
