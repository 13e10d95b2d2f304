/** Which decision of a workload is to be tried. Pure. */
import { createHash } from 'node:crypto'
import { findCondition } from '../../../api/conditions.ts'
import type { InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import { isOurs } from '../../../api/names.ts'
import { wholeRollback } from '../../../api/types/outcome.ts'
import { isOneOff } from '../../../api/workload-kinds.ts'
import type { Observed } from '../observed.ts'
import type { DueTrial } from '../trial/verdict.ts'
import type { PodView } from '../watch/pod-view.ts'
import { createdMs, injectedHash, isAlive } from '../watch/pod-view.ts'
import { optOutReason } from './opt-in.ts'

export type DueInput = Pick<
  Observed,
  'workload' | 'namespace' | 'settings' | 'systemNamespace' | 'config' | 'pods' | 'isWebhookReady' | 'currentHash'
>

/** Whether new pods get an agent by the decision, as far as the webhook knows it. */
const isInForce = ({ spec }: InstrumentationConfig): boolean =>
  spec.pipeline !== undefined &&
  wholeRollback(spec.rollback) === undefined &&
  spec.containers.some(({ agent }) => agent) &&
  spec.containers.every(({ reason }) => reason !== 'NotDetectedYet')

/** Since when no agent has been withdrawn (ms); undefined while the status says that one is. */
const sinceWithdrawalMs = ({ spec, status }: InstrumentationConfig): number | undefined => {
  const condition = findCondition(status?.conditions, WORKLOAD_CONDITIONS.rolledBack)
  if (condition?.status === 'True' && !spec.rollback?.containers) return undefined
  return condition ? Date.parse(condition.lastTransitionTime) : 0
}

/** Whether a pod with the decision was admitted, so that there is nothing to try. */
const wasAdmitted = (pods: readonly PodView[], config: InstrumentationConfig, hash: string): boolean => {
  const sinceMs = sinceWithdrawalMs(config)
  return sinceMs !== undefined && pods.some((pod) => injectedHash(pod) === hash && createdMs(pod) >= sinceMs)
}

/** Whether the workload may create another pod. */
const createsPods = ({ workload, pods }: DueInput): boolean => !isOneOff(workload.kind) || pods.some(isAlive)

/** The decision that is to be tried; undefined where there is none, or a pod has it already. */
export const dueTrial = (input: DueInput): DueTrial | undefined => {
  const { workload, namespace, settings, systemNamespace, config, pods, isWebhookReady, currentHash } = input
  if (!config || !isOurs(config.metadata) || !isInForce(config) || !isWebhookReady || !createsPods(input))
    return undefined
  if (optOutReason(workload.metadata.labels, namespace, settings, systemNamespace) !== undefined) return undefined
  const hash = currentHash(config.spec)
  if (wasAdmitted(pods, config, hash)) return undefined
  // Labels of the namespace select policies.
  const about = [workload.metadata.uid, hash, workload.template, namespace.labels ?? {}]
  return { decision: createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 16), hash }
}
