import type { ApplyAction, DeleteAction, EventAction, StatusAction, Step, Subject } from '../../actions/action.ts'
import { actionId, stepOf } from '../../actions/action.ts'

/** Applies an object of a CollectorsGroup. */
export interface ApplyOwned extends ApplyAction {
  /** Replicas of a workload that is created again; an existing one is scaled. */
  replicas?: number
}

/** Sets the number of replicas, while the HorizontalPodAutoscaler cannot. */
export interface ScaleAction {
  do: 'scale'
  object: Subject
  replicas: number
  about: Subject
}

export type AutoscalerAction = ApplyOwned | DeleteAction | StatusAction | EventAction | ScaleAction

/** What the runner needs to know of an action. */
export const stepOfOwned = (action: AutoscalerAction): Step => {
  if (action.do !== 'scale') return stepOf(action)
  const { object, about } = action
  return {
    id: actionId('scale', object),
    do: 'scale',
    title: `replicas of ${object.kind} ${object.metadata.name}`,
    about,
  }
}
