import type { ReconcileResult } from '../../kube/types.ts'
import type { Act } from './act.ts'
import { optOutReason } from './decision/opt-in.ts'
import { targetOf } from './detection/pick-target.ts'
import type { Detection } from './detection/runner.ts'
import type { Observed } from './observed.ts'
import type { Action } from './reconcile.ts'
import { reconcile } from './reconcile.ts'
import { isOpen } from './restart/attempts.ts'
import { isSuspicious } from './restart/rollback.ts'
import { hasAgent } from './watch/pod-view.ts'
import { parentKeyOf } from './watch/workload-index.ts'

export interface ReconcileWorkloadOptions {
  gather: (key: string) => Observed | undefined
  act: Act
  detection: Pick<Detection, 'request' | 'forget'>
  /** Called when a workload is gone. */
  onGone: (key: string) => Promise<void>
}

/** Time passes without an event: for a crash, an attempt of a restart, or a restart that waits for a slot. */
const POLL_MS = 15_000

/** Whether something is to be done or reported as time passes, although nothing changes in the cluster. */
const isInMotion = ({ config, pods, nowMs }: Observed, actions: readonly Action[]): boolean =>
  actions.some((action) => action.do === 'restart') ||
  isOpen(config?.status?.restarts, nowMs) ||
  pods.some((pod) => hasAgent(pod) && isSuspicious(pod))

const earliest = (...delaysMs: (number | undefined)[]): ReconcileResult => {
  const againMs = Math.min(...delaysMs.map((ms) => ms ?? Number.POSITIVE_INFINITY))
  return Number.isFinite(againMs) ? { againMs } : undefined
}

/** gather → reconcile → act for one workload. */
export const createReconcileWorkload =
  ({ gather, act, detection, onGone }: ReconcileWorkloadOptions) =>
  async (key: string): Promise<ReconcileResult> => {
    const observed = gather(key)
    if (!observed) {
      detection.forget(key)
      await onGone(key)
      return undefined
    }
    const { workload, namespace, settings, systemNamespace } = observed
    if (parentKeyOf(workload)) return undefined
    const isIn = optOutReason(workload.metadata.labels, namespace, settings, systemNamespace) === undefined
    const target = isIn ? targetOf(key, observed) : undefined
    const againMs = target && detection.request(target)
    const actions = reconcile(observed)
    await act(observed, actions)
    return isIn ? earliest(againMs, isInMotion(observed, actions) ? POLL_MS : undefined) : undefined
  }
