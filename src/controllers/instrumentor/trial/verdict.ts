import type { Reason } from '../../../api/reasons.ts'

/** What admission does to a pod of a workload, as far as a dry run tells. */
export type Verdict =
  /** It is admitted with the decided agents. */
  | { is: 'admitted' }
  /** It is refused with the agents, and admitted without them. */
  | { is: 'refused'; message: string }
  /** It is refused with the agents and without. A full quota may have room when pods are replaced. */
  | { is: 'refusedAnyway'; message: string; isQuota: boolean }
  /** The webhook adds no agent to it, for the reason of this container; `message` is what it wrote about it, if anything. */
  | { is: 'leftAlone'; container: string; reason: Reason; message?: string }
  /** The API server does not call the webhook for it. */
  | { is: 'unmarked' }
  /** The API server could not say yet. */
  | { is: 'unsure'; message: string }
  /** The API server will not say: a webhook does not support dry runs, or the permission is missing. */
  | { is: 'untestable'; message: string }

/** A decision that is to be tried. */
export interface DueTrial {
  /** Identifies the decision and what else a trial depends on. */
  decision: string
  /** Hash that the webhook writes to a pod with the decision. */
  hash: string
}

/** The trial of a decision that no pod has shown to be admitted yet. */
export interface Trial extends DueTrial {
  /** Undefined where the API server has not been asked yet. */
  verdict: Verdict | undefined
}

/** Whether a restart is not asked for, because it would have no effect, harm the application, or nobody can tell yet. */
export const holdsRestart = (trial: Trial | undefined): boolean =>
  trial !== undefined && !['admitted', 'refusedAnyway', 'untestable'].includes(trial.verdict?.is ?? 'unsure')

/** Whether a restart by the instrumentor itself may do harm; a user may know better. */
export const forbidsRestart = (trial: Trial | undefined): boolean =>
  holdsRestart(trial) || (trial?.verdict?.is === 'refusedAnyway' && !trial.verdict.isQuota)

/** Whether what the trial tells is not known yet, so that nothing that was told before is taken back. */
export const isOpenTrial = (trial: Trial | undefined): boolean =>
  trial !== undefined && (trial.verdict === undefined || trial.verdict.is === 'unsure')
