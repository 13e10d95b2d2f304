import type { InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../api/kinds/odigos-config.ts'
import type { Signal } from '../api/vocabulary.ts'
import { SIGNALS } from '../api/vocabulary.ts'

/** What agents of a workload send: what its pipeline takes and the settings allow, in one order. */
export const sentSignals = (spec: InstrumentationConfigSpec, settings: OdigosConfigSpec): Signal[] =>
  SIGNALS.filter((signal) => spec.pipeline?.signals.includes(signal) && settings.signals.includes(signal))
