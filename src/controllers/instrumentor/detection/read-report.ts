import type { ContainerDetection } from '../../../api/detector-protocol.ts'
import { decodeReport } from '../../../api/detector-protocol.ts'
import type { Pod } from '../../../api/kubernetes.ts'
import type { DetectionTarget, DetectorPod } from './manifest.ts'
import { shareContainerName } from './manifest.ts'
import { podFailure } from './pod-failure.ts'

export interface TargetReport {
  key: string
  /** What was found in each container; absent where the detector failed. */
  containers: ContainerDetection[] | undefined
  /** Why the detector failed. */
  problem?: string
  /** It was inspected, but what was found did not fit into the message. */
  isOverflow: boolean
}

const failed = ({ key, node }: DetectionTarget, cause: string): TargetReport => ({
  key,
  containers: undefined,
  problem: `the detector pod on node ${node} failed: ${cause}`,
  isOverflow: false,
})

/**
 * Reads the termination messages of a detector pod that has ended, however it ended; `object` is the pod as last seen. What is not reported has no
 * containers, but a problem: that of the pod's status, or else `cause`. Positions that are not on the list of targets are
 * ignored.
 */
export const readReports = ({ shares, object }: DetectorPod, cause = 'it returned no report'): TargetReport[] => {
  const { status } = object as unknown as Pod
  return shares.flatMap((targets, index) => {
    const name = shareContainerName(index)
    const container = status?.containerStatuses?.find((each) => each.name === name)
    const report = decodeReport(container?.state?.terminated?.message ?? '')
    const found = new Map(report?.answers.map(({ target, containers }) => [target, containers]))
    return targets.map((target, position): TargetReport => {
      const containers = found.get(position)
      if (containers) return { key: target.key, containers, isOverflow: false }
      return report?.overflow.includes(position)
        ? { key: target.key, containers, isOverflow: true }
        : failed(target, podFailure(object, name) ?? cause)
    })
  })
}
