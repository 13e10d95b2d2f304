import type { KubeObject } from '../../../api/kubernetes.ts'
import { RESOURCES, WORKLOAD_TYPES } from '../../../kube/resources.ts'
import type { Cached, Informer, ResourceType } from '../../../kube/types.ts'
import type { PodView } from './pod-view.ts'
import type { WorkloadView } from './workload-view.ts'
import { podView } from './pod-view.ts'
import { workloadView } from './workload-view.ts'
import { createWorkloadIndex, parentKeyOf, keyOf } from './workload-index.ts'

export type StartInformer = <T extends Cached>(
  type: ResourceType,
  transform: (object: KubeObject) => T,
  onChange: (object: T, change: 'added' | 'changed' | 'removed', before?: T) => void,
  namespace?: string,
) => Informer<T>

/** Workloads of all kinds and their pods; `onWorkload` is called with the key of each about which something changed. */
export const createWorkloadCaches = (start: StartInformer, onWorkload: (key: string) => void) => {
  const index = createWorkloadIndex()
  const workloads = new Map(
    Object.entries(WORKLOAD_TYPES).map(([kind, type]) => [
      kind,
      start(
        type,
        (object) => workloadView(object),
        (workload, change) => {
          if (change === 'removed') index.removeWorkload(workload)
          else index.putWorkload(workload)
          onWorkload(parentKeyOf(workload) ?? keyOf(workload))
        },
      ),
    ]),
  )
  const byKey = (key: string): WorkloadView | undefined => {
    const [namespace = '', kind = '', name = ''] = key.split('/')
    return workloads.get(kind)?.get(namespace, name)
  }
  const pods = start(RESOURCES.pods, podView, (pod, change) => {
    const owners = new Set([index.countedFor(pod), index.ownerKey(pod)])
    if (change === 'removed') index.removePod(pod)
    else index.putPod(pod)
    for (const owner of owners) {
      if (!owner) continue
      // A Job is reconciled as the CronJob that controls it.
      const workload = byKey(owner)
      onWorkload((workload && parentKeyOf(workload)) ?? owner)
    }
  })
  return {
    informers: { ...Object.fromEntries(workloads), pods } as Record<string, Informer<Cached>>,
    all: (): WorkloadView[] => [...workloads.values()].flatMap((informer) => informer.list()),
    byKey,
    keysIn: index.keysIn,
    podsOf: (key: string): PodView[] => index.pods(key),
  }
}
