import type { DetectionTarget } from './manifest.ts'
import type { TargetEvent, TargetState } from './queue.ts'
import { nextTarget, UNKNOWN_TARGET } from './queue.ts'

/** The states of all targets by their keys, in the order in which they came into them. */
export const createTargets = () => {
  const states = new Map<string, TargetState>()
  const get = (key: string): TargetState => states.get(key) ?? UNKNOWN_TARGET
  return {
    get,
    /** Returns the states before and after an event. */
    step: (key: string, event: TargetEvent): { before: TargetState; after: TargetState } => {
      const before = get(key)
      const after = nextTarget(before, event)
      if (after.phase !== before.phase) states.delete(key)
      if (after !== before) states.set(key, after)
      return { before, after }
    },
    forget: (key: string): void => void states.delete(key),
    waiting: (): DetectionTarget[] =>
      [...states.values()].flatMap((state) => (state.phase === 'waiting' ? state.target : [])),
  }
}
