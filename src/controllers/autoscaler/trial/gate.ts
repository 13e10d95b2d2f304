/** Whether a configuration may reach the collectors of a group, and the pods of trials that this needs. Pure. */
import type { CollectorsGroup } from '../../../api/kinds/collectors-group.ts'
import type { KubeObject } from '../../../api/kubernetes.ts'
import { actionId, subjectOf } from '../../actions/action.ts'
import type { Failures } from '../../actions/runner.ts'
import type { Unconfigured, WorkloadView } from '../group-status.ts'
import type { AutoscalerAction } from '../owned/action.ts'
import { APPLIED_HASH_ANNOTATION } from '../owned/object.ts'
import { isWorkload } from '../owned/view.ts'
import type { Trials } from './memory.ts'
import type { Trial } from './trial-pod.ts'
import { trialOf } from './trial-pod.ts'
import type { Verdict } from './verdict.ts'

export interface Gate {
  /** Why the collectors keep what they have; absent where they get the configuration. */
  closed?: Unconfigured
  /** What is to be tried, or is being tried. */
  trial?: Trial
}

const BEING_TRIED = 'a collector is being started with the configuration before the others get it'

/** The trial of the objects of a group; undefined where there is no workload. */
export const trialOfObjects = (objects: readonly KubeObject[]): { workload: KubeObject; trial: Trial } | undefined => {
  const workload = objects.find(isWorkload)
  const configMap = objects.find(({ kind }) => kind === 'ConfigMap')
  return workload && configMap && { workload, trial: trialOf(workload, configMap) }
}

const hashOf = ({ metadata }: KubeObject): string | undefined => metadata.annotations?.[APPLIED_HASH_ANNOTATION]
const hasReady = (current: WorkloadView | undefined): boolean => current !== undefined && current.ready > 0

interface GateSurroundings {
  trials: Pick<Trials, 'verdicts'>
  failures: Failures
}

/** A pod does not run without its ConfigMap. */
const verdictOf = ({ hash, configMap }: Trial, { trials, failures }: GateSurroundings): Verdict => {
  const message = failures.get(actionId('apply', configMap))
  return trials.verdicts.get(hash) ?? (message === undefined ? { result: 'Running' } : { result: 'NotRun', message })
}

/** Where collectors got it without a trial, and none becomes ready, it is tried all the same, so that the cause is found. */
const stillTried = (trial: Trial, { result }: Verdict, current: WorkloadView | undefined): Gate =>
  !hasReady(current) && (result === 'Running' || result === 'NotRun') ? { trial } : {}

/**
 * Collectors get a configuration that they have already, or with which one was seen to start. Where no trial can run, they keep what they
 * have; but if none of them is ready, nothing can become worse.
 */
export const gateOf = (
  objects: readonly KubeObject[],
  current: WorkloadView | undefined,
  { trials, failures }: GateSurroundings,
): Gate => {
  const found = trialOfObjects(objects)
  if (!found) return {}
  const { trial } = found
  const verdict = verdictOf(trial, { trials, failures })
  if (current?.appliedHash === hashOf(found.workload)) return stillTried(trial, verdict, current)
  switch (verdict.result) {
    case 'Started':
      return {}
    case 'Failed':
      return { closed: { reason: 'ConfigurationRejected', message: verdict.message } }
    case 'NotRun':
      return hasReady(current) ? { closed: { reason: 'TrialNotRun', message: verdict.message }, trial } : { trial }
    case 'Running':
      return { closed: { reason: 'BeingTried', message: BEING_TRIED }, trial }
  }
}

/** A pod that could not run for so long is replaced, as what kept it from running may have passed. */
const REPLACED_AFTER_MS = 600_000

/** Creates the pods of trials that are wanted, and deletes all others. */
export const trialActions = (
  wanted: readonly { group: CollectorsGroup; trial: Trial }[],
  { pods, verdicts, spent }: Trials,
  nowMs: number,
): AutoscalerAction[] => {
  const hashes = new Set(wanted.map(({ trial }) => trial.hash))
  const existing = new Set(pods.map(({ hash }) => hash))
  const isStuck = (hash: string, createdMs: number): boolean =>
    verdicts.get(hash)?.result === 'NotRun' && nowMs - createdMs > REPLACED_AFTER_MS
  const created = wanted
    .filter(({ trial }) => !existing.has(trial.hash))
    .flatMap(({ group, trial }): AutoscalerAction[] => [
      { do: 'apply', object: trial.configMap, about: subjectOf(group) },
      {
        do: 'apply',
        object: trial.pod,
        about: subjectOf(group),
        requires: actionId('apply', trial.configMap),
      },
    ])
  const deleted = pods
    .filter(({ isDeleting }) => !isDeleting)
    .filter(({ hash, uid, createdMs }) => !hashes.has(hash) || spent.has(uid) || isStuck(hash, createdMs))
    .map(({ name, namespace, uid }): AutoscalerAction => {
      const object = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } }
      return { do: 'delete', object, about: object }
    })
  return [...created, ...deleted]
}
