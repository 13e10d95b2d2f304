import { actionKind } from './action.ts'
import { collectorsGroupKind } from './collectors-group.ts'
import { destinationKind } from './destination.ts'
import { instrumentationConfigKind } from './instrumentation-config.ts'
import { instrumentationRuleKind } from './instrumentation-rule.ts'
import type { KindDefinition } from './kind.ts'
import { odigosConfigKind } from './odigos-config.ts'

/** Every kind of the API group; CRDs and types of resources are generated from this list. */
export const KINDS = [
  odigosConfigKind,
  destinationKind,
  actionKind,
  instrumentationRuleKind,
  collectorsGroupKind,
  instrumentationConfigKind,
] as const satisfies readonly KindDefinition[]
