import type { InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../api/kinds/odigos-config.ts'
import type { Signal } from '../api/vocabulary.ts'
import { SIGNALS } from '../api/vocabulary.ts'

/** The signals that agents of a workload send: those that its pipeline accepts and the settings allow, in a fixed order. */
export const sentSignals = (spec: InstrumentationConfigSpec, settings: OdigosConfigSpec): Signal[] =>
  SIGNALS.filter((signal) => spec.pipeline?.signals.includes(signal) && settings.signals.includes(signal))
