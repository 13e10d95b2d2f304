/** What is reported about a workload as Events on it, each once. Pure. */
import type { Condition } from '../../../api/conditions.ts'
import { findCondition } from '../../../api/conditions.ts'
import type { InstrumentationConfig, InstrumentationConfigSpec } from '../../../api/kinds/instrumentation-config.ts'
import { ROLLBACK_REASONS, WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../../api/reasons.ts'
import type { EventAction } from '../../actions/action.ts'
import { subjectOf } from '../../actions/action.ts'
import type { Observed } from '../observed.ts'
import { restartCommand } from '../restart/restart-command.ts'
import { hasAgent, isAlive } from '../watch/pod-view.ts'

/** Reasons of a container about which a user can do something; reported as they appear. */
const PROBLEMS: readonly Reason[] = [
  'InvalidAnnotation',
  'DetectionFailed',
  'Ambiguous',
  'OtherAgent',
  'OwnSdk',
  'RuntimeNotSupported',
]
const WARNINGS: readonly Reason[] = [
  'RestartIneffective',
  'MissedInjection',
  ...ROLLBACK_REASONS,
  'ApplyFailed',
  'NothingArrives',
  'WebhookNotCalled',
  'DryRunFailed',
]
/** Reasons that hold for a moment only. */
const TRANSIENT: readonly Reason[] = ['AgentSelected', 'AgentStarting']

type Status = NonNullable<InstrumentationConfig['status']>

/** The condition to report: the most urgent one. */
const mostPressing = (status: Status | undefined): Condition | undefined =>
  status?.conditions?.find(({ reason }) => reason === 'RestartIneffective') ??
  findCondition(status?.conditions, WORKLOAD_CONDITIONS.instrumented)

const reasonOf = (status: Status | undefined): Reason | undefined => {
  const reason = mostPressing(status)?.reason
  if (reason === 'MissedInjection' || reason === 'RestartIneffective') return reason
  return status?.state === 'RestartRequired' ? 'RestartRequired' : reason
}

const isNews = (status: Status, before: Status | undefined): boolean =>
  status.state !== before?.state || reasonOf(status) !== reasonOf(before)

/** Reported where state or reason are others than before; problems of containers are reported with the decision. */
export const stateEvents = ({ workload, config }: Observed, status: Status): EventAction[] => {
  const reason = reasonOf(status)
  if (!reason || !isNews(status, config?.status) || [...PROBLEMS, ...TRANSIENT].includes(reason)) return []
  const command = reason === 'RestartRequired' ? `; ${restartCommand(workload)}` : ''
  const message = `${status.state}: ${mostPressing(status)?.message ?? ''}${command}`
  return [
    {
      do: 'event',
      about: subjectOf(workload),
      type: WARNINGS.includes(reason) ? 'Warning' : 'Normal',
      reason,
      message,
    },
  ]
}

/** Reported where agents of some containers were removed, while the state is about those that stay. */
export const partialRollbackEvents = ({ workload, config }: Observed, status: Status): EventAction[] => {
  const type = WORKLOAD_CONDITIONS.rolledBack
  const condition = findCondition(status.conditions, type)
  const before = findCondition(config?.status?.conditions, type)
  if (status.state === 'RolledBack' || condition?.status !== 'True') return []
  const { reason, message } = condition
  if (before?.status === 'True' && before.message === message) return []
  return [{ do: 'event', about: subjectOf(workload), type: 'Warning', reason, message }]
}

/** Reported where the processes report something else of their agents than before. */
export const reportEvents = ({ workload, config }: Observed, status: Status): EventAction[] => {
  const type = WORKLOAD_CONDITIONS.agentLoaded
  const condition = findCondition(status.conditions, type)
  const before = findCondition(config?.status?.conditions, type)
  if (!condition || condition.status === 'Unknown' || condition.reason === before?.reason) return []
  const { reason, message } = condition
  return [
    {
      do: 'event',
      about: subjectOf(workload),
      type: condition.status === 'True' ? 'Normal' : 'Warning',
      reason,
      message,
    },
  ]
}

/** Reported for each container whose decision has become a problem. */
export const problemEvents = ({ workload, config }: Observed, spec: InstrumentationConfigSpec): EventAction[] =>
  spec.containers.flatMap(({ name, reason, message }): EventAction[] => {
    const before = config?.spec.containers.find((container) => container.name === name)
    if (!PROBLEMS.includes(reason) || (before?.reason === reason && before.message === message)) return []
    return [{ do: 'event', about: subjectOf(workload), type: 'Warning', reason, message: `${name}: ${message}` }]
  })

export const optOutEvent = ({ workload, pods }: Observed, reason: Reason): EventAction => {
  const carry = pods.filter((pod) => isAlive(pod) && hasAgent(pod)).length
  const rest = carry > 0 ? `; ${carry} pods carry an agent until then: ${restartCommand(workload)}` : ''
  return { do: 'event', about: subjectOf(workload), type: 'Normal', reason, message: `no longer instrumented${rest}` }
}
