/** Remembers since when traffic asks for another gateway, and chooses the workloads that have collectors of their own. */
import type { OdigosConfigSpec } from '../../api/kinds/odigos-config.ts'
import { DEFAULT_DEDICATED } from '../../api/kinds/odigos-config.ts'
import type { LaneWorkload } from '../../api/routing/lanes.ts'
import type { AssignedWorkload } from './reconcile.ts'
import type { TrafficOf, Turned } from './traffic/decide.ts'
import { decideDedicated } from './traffic/decide.ts'
import { workloadId } from './traffic/groups.ts'

export interface Chosen {
  workloads: LaneWorkload[]
  /** When traffic that stays as it is moves the next one (ms). */
  nextMs: number | undefined
}

export const createChooser = () => {
  let turned: Turned = new Map()
  return (
    workloads: readonly AssignedWorkload[],
    members: ReadonlyMap<string, string>,
    { config, nowMs }: { config: OdigosConfigSpec; nowMs: number },
  ): Chosen => {
    const byKey = new Map(workloads.flatMap((each) => (each.workload ? [[workloadId(each.workload), each]] : [])))
    const traffic = [...byKey].map(([key, each]): TrafficOf => ({
      key,
      choice: each.choice,
      traffic: each.traffic,
      isDedicated: members.has(key),
    }))
    const settings = config.collectors?.dedicated ?? DEFAULT_DEDICATED
    const decision = decideDedicated(traffic, settings, { turned, nowMs })
    turned = decision.turned
    return {
      workloads: [...decision.dedicated].flatMap((key) => byKey.get(key)?.workload ?? []),
      nextMs: decision.nextMs,
    }
  }
}
