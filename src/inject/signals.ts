import type { InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../api/kinds/odigos-config.ts'
import type { Signal } from '../api/vocabulary.ts'
import { SIGNALS } from '../api/vocabulary.ts'
import type { ContainerSubject } from './rule.ts'

/** The signals that agents of a workload send: those that its pipeline accepts and the settings allow, in a fixed order. */
export const sentSignals = (spec: InstrumentationConfigSpec, settings: OdigosConfigSpec): Signal[] =>
  SIGNALS.filter((signal) => spec.pipeline?.signals.includes(signal) && settings.signals.includes(signal))

interface Sender extends Pick<ContainerSubject, 'spec' | 'context'> {
  agent: { signals: readonly Signal[] }
}

/** Those of them that the agent of a container can send. */
export const agentSignals = ({ spec, context, agent }: Sender): Signal[] =>
  sentSignals(spec, context.settings).filter((each) => agent.signals.includes(each))
