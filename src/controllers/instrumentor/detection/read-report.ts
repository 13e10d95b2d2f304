import type { ContainerDetection, DetectorReport } from '../../../api/detector-protocol.ts'
import { decodeReport } from '../../../api/detector-protocol.ts'
import type { KubeObject, Pod } from '../../../api/kubernetes.ts'
import { detectorTargets } from './manifest.ts'

export type { ContainerDetection } from '../../../api/detector-protocol.ts'

/** What was found in a container, and in which image: its fingerprint, and the reference by which its pod named it. */
export interface KnownDetection {
  detection: ContainerDetection
  image: string
  imageReference?: string | undefined
}

export interface DetectorAnswer {
  /** Key of a target → what was found in each of its containers. */
  results: Map<string, ContainerDetection[]>
  /** Keys of targets without an answer, the ones in `overflow` among them. */
  unanswered: string[]
  /** Keys whose answers did not fit into the message: to be asked again at once, in another pod. */
  overflow: string[]
}

const readReport = (keys: string[], report: DetectorReport | undefined, answer: DetectorAnswer): void => {
  for (const { target, containers } of report?.answers ?? []) {
    const key = keys[target]
    if (key !== undefined) answer.results.set(key, containers)
  }
  answer.unanswered.push(...keys.filter((key) => !answer.results.has(key)))
  answer.overflow.push(...(report?.overflow ?? []).flatMap((target) => keys[target] ?? []))
}

/** Reads the answers out of the termination messages of a detector pod that has ended, however it ended. */
export const readDetectorPod = (object: KubeObject): DetectorAnswer => {
  const pod = object as unknown as Pod
  const answer: DetectorAnswer = { results: new Map(), unanswered: [], overflow: [] }
  for (const container of pod.spec.containers) {
    const keys = detectorTargets(container).map(({ key }) => key)
    const status = pod.status?.containerStatuses?.find(({ name }) => name === container.name)
    const report = decodeReport(status?.state?.terminated?.message ?? '')
    readReport(keys, report, answer)
  }
  return answer
}
