/** What a receipt is about: the resource that its probes have, and what is known of the agent. Pure. */
import { findCondition } from '../../../api/conditions.ts'
import type { InstrumentationConfig, InstrumentationConfigStatus } from '../../../api/kinds/instrumentation-config.ts'
import type { Destination } from '../../../api/kinds/destination.ts'
import type { LastSeen } from '../../../api/kinds/telemetry.ts'
import { WORKLOAD_CONDITIONS } from '../../../api/kinds/instrumentation-config.ts'
import type { Hop } from '../../../api/reports/receipt.ts'
import { workloadKind } from '../../../api/workload-kinds.ts'
import { sdkLanguage, selects } from '../../../collector/ottl.ts'
import { PROBE_FOR_ATTRIBUTE } from '../../../collector/probes.ts'
import { resolveSources } from '../sources/resolve.ts'
import type { Selectable } from '../selection.ts'
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
    ...(language === undefined ? {} : { 'telemetry.sdk.language': sdkLanguage(language) }),
  }
}

/** Of a probe that is of no workload; if it is about a destination, that takes it, whatever its sources are. */
export const ownResource = (namespace: string, destination?: string): Attributes => ({
  'service.name': 'odigos-probe',
  [NAMESPACE]: namespace,
  ...(destination === undefined ? {} : { [PROBE_FOR_ATTRIBUTE]: destination }),
})

/** Why a destination does not take what a workload sends. */
export const sourcesHop = (resource: Attributes, { spec }: Destination, selectable: Selectable): Hop | undefined =>
  selects(resolveSources(spec.sources, selectable), resource)
    ? undefined
    : {
        hop: 'Destination',
        outcome: 'Stopped',
        reason: 'NotInSources',
        message: 'spec.sources of the Destination does not select the workload',
      }

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
