/** Refusals of pods by the API server, as the controllers that create pods report them in Events. */
import type { KubeObject } from '../../../api/kubernetes.ts'
import { shortMessage } from '../../../api/types/container.ts'
import type { Cached } from '../../../kube/types.ts'
import type { Refusal } from './workload-view.ts'
import { FAILED_CREATE } from './workload-view.ts'
import { workloadKey } from './workload-index.ts'

/** Selects those Events; a permission cannot. */
export const REFUSAL_EVENTS = `reason=${FAILED_CREATE}`

export interface RefusalEvent extends Cached, Refusal {
  /** Of what would have created the pod, which can be a Job of a CronJob. */
  workload: string
}

interface Event {
  involvedObject?: { kind?: string; name?: string; namespace?: string }
  message?: string
  eventTime?: string | null
  firstTimestamp?: string | null
  lastTimestamp?: string | null
  series?: { lastObservedTime?: string } | null
}

const timesOf = (event: Event, createdAt = ''): Pick<Refusal, 'since' | 'at'> => {
  const since = event.firstTimestamp ?? event.eventTime ?? createdAt
  return { since, at: event.series?.lastObservedTime ?? event.lastTimestamp ?? since }
}

export const refusalEvent = (object: KubeObject): RefusalEvent => {
  const event = object as unknown as Event
  const { kind = '', name = '', namespace = '' } = event.involvedObject ?? {}
  return {
    metadata: { name: object.metadata.name, namespace: object.metadata.namespace ?? '' },
    workload: workloadKey(namespace, kind, name),
    message: shortMessage(event.message ?? ''),
    ...timesOf(event, object.metadata.creationTimestamp),
  }
}

export const latestRefusal = (events: readonly RefusalEvent[]): RefusalEvent | undefined =>
  events.reduce<RefusalEvent | undefined>((last, event) => (last && last.at > event.at ? last : event), undefined)
