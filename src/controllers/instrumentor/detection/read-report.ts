import type { ContainerDetection } from '../../../api/detector-protocol.ts'
import { decodeReport } from '../../../api/detector-protocol.ts'
import type { KubeObject, Pod } from '../../../api/kubernetes.ts'
import type { DetectorPod } from './manifest.ts'
import { shareContainerName } from './manifest.ts'

export interface TargetReport {
  key: string
  /** What was found in each container; absent where the detector failed. */
  containers: ContainerDetection[] | undefined
  /** It was inspected, but what was found did not fit into the message. */
  isOverflow: boolean
}

/**
 * Reads the termination messages of a detector pod that has ended, however it ended. What is not reported has no
 * containers; positions that are not on the list of targets are ignored.
 */
export const readReports = ({ shares }: DetectorPod, ended: KubeObject): TargetReport[] => {
  const { status } = ended as unknown as Pod
  return shares.flatMap((targets, index) => {
    const container = status?.containerStatuses?.find(({ name }) => name === shareContainerName(index))
    const report = decodeReport(container?.state?.terminated?.message ?? '')
    const found = new Map(report?.answers.map(({ target, containers }) => [target, containers]))
    return targets.map(({ key }, position) => ({
      key,
      containers: found.get(position),
      isOverflow: !found.has(position) && report?.overflow.includes(position) === true,
    }))
  })
}
