/** What a receipt is about: the resource that its probes have, and what is known of the agent. Pure. */
import { findCondition } from '../../../api/conditions.ts'
import type { InstrumentationConfig, InstrumentationConfigStatus } from '../../../api/kinds/instrumentation-config.ts'
import type { LastSeen } from '../../../api/kinds/telemetry.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { Hop } from '../../../api/reports/receipt.ts'
import { workloadKind } from '../../../api/workload-kinds.ts'
import type { Attributes } from './probe.ts'

export interface WorkloadName {
  namespace: string
  kind: string
  name: string
}

const NAMESPACE = 'k8s.namespace.name'

/** The resource of a workload's telemetry, but the name of a pod. */
export const workloadResource = (
  { namespace, kind, name }: WorkloadName,
  config: InstrumentationConfig | undefined,
): Attributes => {
  const attribute = workloadKind(kind)?.attribute
  const language = config?.status?.containers?.find((container) => container.language)?.language
  return {
    'service.name': config?.spec.serviceName ?? name,
    [NAMESPACE]: namespace,
    ...(attribute === undefined ? {} : { [attribute]: name }),
    ...(language === undefined ? {} : { 'telemetry.sdk.language': language }),
  }
}

/** Of a probe that is of no workload. */
export const ownResource = (namespace: string): Attributes => ({
  'service.name': 'odigos-probe',
  [NAMESPACE]: namespace,
})

const arrivedHop = (lastSeen: LastSeen): Hop => {
  const times = Object.entries(lastSeen).map(([signal, time]) => `${signal} at ${time}`)
  return { hop: 'Agent', outcome: 'Passed', reason: 'TelemetryArrives', message: `last arrived: ${times.join(', ')}` }
}

const notArrivingHop = (subject: string, { state, cause, conditions }: InstrumentationConfigStatus): Hop => {
  const instrumented = findCondition(conditions, WORKLOAD_CONDITIONS.instrumented)
  const reason = cause ?? instrumented?.reason
  const message = `${subject} is ${state}: ${instrumented?.message ?? 'no condition tells why'}`
  return { hop: 'Agent', outcome: 'Stopped', ...(reason ? { reason } : {}), message }
}

/** What the instrumentor has seen of the agent and of its telemetry: a probe cannot begin inside of a process. */
export const agentHop = ({ kind, name }: WorkloadName, config: InstrumentationConfig | undefined): Hop => {
  const subject = `${kind}/${name}`
  if (!config) {
    const message = `${subject} is not opted in, or does not exist`
    return { hop: 'Agent', outcome: 'Stopped', reason: 'NotOptedIn', message }
  }
  const { status = {} } = config
  if (status.state === undefined) return { hop: 'Agent', outcome: 'Unknown', message: `${subject} has no state yet` }
  return status.state === 'Instrumented' ? arrivedHop(status.lastSeen ?? {}) : notArrivingHop(subject, status)
}
