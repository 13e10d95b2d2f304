import type { ApplyAction, DeleteAction, EventAction, StatusAction } from '../../actions/action.ts'

/** Applies an object of a CollectorsGroup. */
export interface ApplyOwned extends ApplyAction {
  /** Replicas of a workload that has to be created anew; left to the HorizontalPodAutoscaler where it exists. */
  replicas?: number
}

export type AutoscalerAction = ApplyOwned | DeleteAction | StatusAction | EventAction
