import type { ApplyAction, DeleteAction, EventAction, StatusAction } from '../../actions/action.ts'

/** Applies an object of a CollectorsGroup. */
export interface ApplyOwned extends ApplyAction {
  /** Replicas of a workload that is created again; an existing one is scaled by the HorizontalPodAutoscaler. */
  replicas?: number
}

export type AutoscalerAction = ApplyOwned | DeleteAction | StatusAction | EventAction
