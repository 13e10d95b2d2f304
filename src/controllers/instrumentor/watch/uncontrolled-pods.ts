import type { PodView } from './pod-view.ts'

type OnPod = (pod: PodView) => void

/** Pods that belong to no workload, by their namespaces. */
export const createUncontrolledPods = () => {
  const byNamespace = new Map<string, Map<string, PodView>>()
  let onPod: OnPod = () => undefined
  const remove = ({ metadata }: PodView): void => {
    const pods = byNamespace.get(metadata.namespace)
    pods?.delete(metadata.name)
    if (pods?.size === 0) byNamespace.delete(metadata.namespace)
  }
  /** Something about a namespace has changed, or about all of them. */
  const review = (namespace?: string): void => {
    const pods = namespace === undefined ? [...byNamespace.values()] : [byNamespace.get(namespace)]
    for (const each of pods) each?.forEach((pod) => onPod(pod))
  }
  return {
    put: (pod: PodView): void => {
      const { name, namespace } = pod.metadata
      const pods = byNamespace.get(namespace) ?? new Map<string, PodView>()
      byNamespace.set(namespace, pods.set(name, pod))
      onPod(pod)
    },
    remove,
    review,
    /** From now on `call` is called with each pod, and again with each about which something may have changed. */
    report: (call: OnPod): void => {
      onPod = call
      review()
    },
  }
}
export type UncontrolledPods = ReturnType<typeof createUncontrolledPods>
