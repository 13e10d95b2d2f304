import type { Condition } from '../../api/conditions.ts'
import { findCondition } from '../../api/conditions.ts'
import type { InstrumentationConfig, InstrumentationConfigSpec } from '../../api/kinds/instrumentation-config.ts'
import { WORKLOAD_CONDITIONS } from '../../api/kinds/instrumentation-config.ts'
import type { Reason } from '../../api/reasons.ts'
import type { RecordEvent } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { Observed } from './observed.ts'
import { restartCommand } from './restart/restart-command.ts'
import { hasAgent, isAlive } from './watch/pod-view.ts'
import { keyOf } from './watch/workload-index.ts'

/** Reasons of a container about which a user can do something; told as they appear. */
const PROBLEMS: readonly Reason[] = [
  'InvalidAnnotation',
  'DetectionFailed',
  'Ambiguous',
  'OtherAgent',
  'RuntimeNotSupported',
]
const WARNINGS: readonly Reason[] = ['RestartIneffective', 'MissedInjection', 'RolledBack']

type Status = NonNullable<InstrumentationConfig['status']>

/** The condition that is told: the most pressing one. */
const telling = (status: Status | undefined): Condition | undefined =>
  status?.conditions?.find(({ reason }) => reason === 'RestartIneffective') ??
  findCondition(status?.conditions, WORKLOAD_CONDITIONS.instrumented)

const reasonOf = (status: Status | undefined): Reason | undefined => {
  const reason = telling(status)?.reason
  if (reason === 'MissedInjection' || reason === 'RestartIneffective') return reason
  return status?.state === 'RestartRequired' ? 'RestartRequired' : reason
}

/** Tells what happened to workloads, as Event and log line, once. */
export const createTell = ({ record, log }: { record: RecordEvent; log: Log }) => {
  const event = ({ workload }: Observed, type: 'Normal' | 'Warning', reason: Reason, message: string): void =>
    record(
      { apiVersion: workload.apiVersion, kind: workload.kind, metadata: workload.metadata },
      { type, reason, message },
    )

  return {
    /** Told where state or reason are others than before. */
    state: (observed: Observed, status: Status): void => {
      const before = observed.config?.status
      const reason = reasonOf(status)
      if (!reason || (status.state === before?.state && reason === reasonOf(before))) return
      const message = telling(status)?.message ?? ''
      log.info({ workload: keyOf(observed.workload), state: status.state, reason, message }, 'state changed')
      if (PROBLEMS.includes(reason) || reason === 'AgentSelected') return
      const command = reason === 'RestartRequired' ? `; ${restartCommand(observed.workload)}` : ''
      const type = WARNINGS.includes(reason) ? 'Warning' : 'Normal'
      event(observed, type, reason, `${status.state}: ${message}${command}`)
    },
    /** Told for each container whose decision has become a problem. */
    problems: (observed: Observed, spec: InstrumentationConfigSpec): void => {
      for (const { name, reason, message } of spec.containers) {
        const before = observed.config?.spec.containers.find((container) => container.name === name)
        if (!PROBLEMS.includes(reason) || (before?.reason === reason && before.message === message)) continue
        event(observed, 'Warning', reason, `${name}: ${message}`)
      }
    },
    optedOut: (observed: Observed, reason: Reason): void => {
      log.info({ workload: keyOf(observed.workload), reason }, 'no longer instrumented')
      const carry = observed.pods.filter((pod) => isAlive(pod) && hasAgent(pod)).length
      const rest = carry > 0 ? `; ${carry} pods carry an agent until then: ${restartCommand(observed.workload)}` : ''
      event(observed, 'Normal', reason, `no longer instrumented${rest}`)
    },
    restarted: (observed: Observed, reason: 'RestartedByUs' | 'RolledBack', message: string): void => {
      log.info({ workload: keyOf(observed.workload), reason, message }, 'restarted')
      // A rollback is told with the state.
      if (reason === 'RestartedByUs') event(observed, 'Normal', reason, message)
    },
  }
}
