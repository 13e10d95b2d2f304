/** The cache of the pods of collectors. */
import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '../../../api/kubernetes.ts'
import { MANAGED_BY_SELECTOR } from '../../../api/names.ts'
import { RESOURCES } from '../../../kube/resources.ts'
import type { Cached, Informer, KubeClient } from '../../../kube/types.ts'
import { createInformer } from '../../../kube/watch/informer.ts'
import type { CollectorPodView } from '../delivery/collector-pod-view.ts'
import { collectorPodView } from '../delivery/collector-pod-view.ts'
import type { TrialPodView } from './verdict.ts'
import { trialPodView } from './verdict.ts'

/** Not those of detectors and of the control plane. */
const COLLECTOR_PODS = `${MANAGED_BY_SELECTOR},app.kubernetes.io/name=odigos`

/** A pod of a collector in use, or of a trial. */
interface CachedPod extends Cached {
  collector?: CollectorPodView
  trial?: TrialPodView
}

const keepPod = (object: KubeObject): CachedPod => {
  const { namespace = '', name } = object.metadata
  const metadata = { namespace, name }
  const trial = trialPodView(object)
  return trial ? { metadata, trial } : { metadata, collector: collectorPodView(object) }
}

/** Each becomes ready at some time; only what was found of its queues is news, and all that is seen of a trial. */
const newsOf = ({ collector, trial }: CachedPod): unknown =>
  trial ?? (collector && collector.damaged.length > 0 ? collector.damaged : undefined)

export interface PodsOptions {
  client: KubeClient
  namespace: string
  signal: AbortSignal
  /** Called for what is news; must only enqueue. */
  onChange: () => void
  onError: (error: unknown) => void
}

export const collectorPods = ({ onChange, ...options }: PodsOptions): Informer<CachedPod> =>
  createInformer<CachedPod>({
    ...options,
    type: RESOURCES.pods,
    transform: keepPod,
    labelSelector: COLLECTOR_PODS,
    onChange: (pod, change, before) => {
      const news = newsOf(pod)
      const isSame = change === 'changed' && before !== undefined && isDeepStrictEqual(news, newsOf(before))
      if (news !== undefined && !isSame) onChange()
    },
  })
