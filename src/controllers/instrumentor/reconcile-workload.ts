import type { ReconcileResult, RecordEvent } from '../../kube/types.ts'
import type { ActionRunner, Failures } from '../actions/runner.ts'
import { optOutReason } from './decision/opt-in.ts'
import { targetOf } from './detection/pick-target.ts'
import type { Detection } from './detection/runner.ts'
import type { Observed } from './observed.ts'
import type { InstrumentorAction } from './reconcile.ts'
import { reconcile } from './reconcile.ts'
import { isOpen } from './restart/attempts.ts'
import type { Trials } from './trial/runner.ts'
import { isSuspicious } from './outcome/judge.ts'
import { rollbackEndsMs } from './outcome/rollback.ts'
import { isTelemetryAwaited } from './status/telemetry/awaited.ts'
import { createReportForeign } from './status/foreign-config.ts'
import { hasAgent } from './watch/pod-view.ts'
import { parentKeyOf } from './watch/workload-index.ts'

export interface ReconcileWorkloadOptions {
  gather: (key: string, failures: Failures) => Observed | undefined
  runner: ActionRunner<InstrumentorAction>
  detection: Pick<Detection, 'request' | 'forget'>
  /** Absent where no pods are tried. */
  trials: Pick<Trials, 'request' | 'forget'> | undefined
  /** Called when a workload is gone. */
  onGone: (key: string) => Promise<void>
  record: RecordEvent
}

/** Time passes without an event: for a crash or an attempt of a restart. */
const POLL_MS = 15_000
/** The same, where telemetry may be missing. */
const SILENT_POLL_MS = 30_000

/** Whether the passage of time alone can require an action. */
const isInMotion = ({ config, pods, refusal, nowMs }: Observed, actions: readonly InstrumentorAction[]): boolean =>
  actions.some((action) => action.do === 'restart') ||
  isOpen(config?.status?.restarts, nowMs) ||
  refusal !== undefined ||
  pods.some((pod) => hasAgent(pod) && isSuspicious(pod))

const pollMs = (observed: Observed, actions: readonly InstrumentorAction[]): number | undefined => {
  if (isInMotion(observed, actions)) return POLL_MS
  const endsMs = rollbackEndsMs(observed)
  if (endsMs !== undefined) return Math.max(POLL_MS, endsMs - observed.nowMs)
  return isTelemetryAwaited(observed) ? SILENT_POLL_MS : undefined
}

const earliest = (...delaysMs: (number | undefined)[]): ReconcileResult => {
  const againMs = Math.min(...delaysMs.map((ms) => ms ?? Number.POSITIVE_INFINITY))
  return Number.isFinite(againMs) ? { againMs } : undefined
}

/** A verdict is forgotten where an agent is withdrawn, so that it is asked for again when that ends. */
const requestTrial = (key: string, observed: Observed, trials: ReconcileWorkloadOptions['trials']): void => {
  const { trial, workload } = observed
  if (trial) trials?.request(key, workload.apiVersion, trial)
  else trials?.forget(key)
}

/** gather → reconcile → act for one workload. */
export const createReconcileWorkload = ({
  gather,
  runner,
  detection,
  trials,
  onGone,
  record,
}: ReconcileWorkloadOptions): ((key: string) => Promise<ReconcileResult>) => {
  const reportForeign = createReportForeign(record)
  return async (key) => {
    const observed = gather(key, runner.failures(key))
    if (!observed) {
      detection.forget(key)
      trials?.forget(key)
      runner.forget(key)
      reportForeign(key)
      await onGone(key)
      return undefined
    }
    const { workload, namespace, settings, systemNamespace } = observed
    if (parentKeyOf(workload)) return undefined
    const isIn = optOutReason(workload.metadata.labels, namespace, settings, systemNamespace) === undefined
    reportForeign(key, isIn ? observed : undefined)
    const target = isIn ? targetOf(key, observed) : undefined
    const againMs = target && detection.request(target)
    requestTrial(key, observed, trials)
    const actions = reconcile(observed)
    const result = await runner.run(key, actions)
    return earliest(againMs, result?.againMs, isIn ? pollMs(observed, actions) : undefined)
  }
}
