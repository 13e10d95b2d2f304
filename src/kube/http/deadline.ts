export interface Deadline extends Disposable {
  /** Aborted when the time has elapsed, or when a parent is aborted. */
  signal: AbortSignal
  /** Restarts the time. */
  touch: () => void
  isOver: () => boolean
}

/**
 * A time limit for `using`. Unlike AbortSignal.timeout and AbortSignal.any, it leaves no timer and no listener behind
 * when the work finishes earlier: these would keep a call of a millisecond in memory for 30 seconds.
 */
export const createDeadline = (
  limitMs: number,
  parents: readonly (AbortSignal | undefined)[],
  message: string,
): Deadline => {
  const controller = new AbortController()
  let over = false
  const timer = setTimeout(() => {
    over = true
    controller.abort(new Error(message))
  }, limitMs)
  const onParent = (event: Event): void => controller.abort((event.target as AbortSignal).reason)
  for (const parent of parents) {
    if (parent?.aborted) controller.abort(parent.reason)
    parent?.addEventListener('abort', onParent, { once: true })
  }
  return {
    signal: controller.signal,
    touch: () => void timer.refresh(),
    isOver: () => over,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      for (const parent of parents) parent?.removeEventListener('abort', onParent)
    },
  }
}
