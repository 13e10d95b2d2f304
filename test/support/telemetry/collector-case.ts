import { actionSpec } from '../../../src/api/kinds/action.ts'
import type { CollectorsGroupSpec } from '../../../src/api/kinds/collectors-group.ts'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import { infrastructureSchema } from '../../../src/api/kinds/infrastructure.ts'
import type { ActionInput } from '../../../src/collector/actions/processor.ts'
import type { CollectorConfig, CollectorPlace } from '../../../src/collector/config.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import type { NodeInfrastructure } from '../../../src/collector/infrastructure/node-infrastructure.ts'
import { nodeConfig } from '../../../src/collector/node.ts'
import type { Served } from '../../../src/collector/routing/dedicated.ts'
import type { LaneEndpoints } from '../../../src/collector/routing/lanes.ts'
import type { Selected } from '../../../src/collector/ottl.ts'
import { selectorCondition } from '../../../src/collector/ottl.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { DISK } from '../collectors/settings.ts'

export interface DestinationCase {
  name: string
  spec: unknown
  /** What its sources match. */
  selected?: Selected
  secretKeys?: string[]
}

/** Settings without their defaults. */
export type InfrastructureCase = Partial<Omit<NodeInfrastructure, 'settings'>> & { settings: object }

/** The content of test/golden/collector/<case>/input.yaml. */
export type CollectorCase =
  | {
      role: 'node'
      group: CollectorsGroupSpec
      gatewayEndpoint: string
      infrastructure?: InfrastructureCase
    }
  | {
      role: 'gateway'
      group: CollectorsGroupSpec
      destinations: DestinationCase[]
      actions: ActionInput[]
      served?: Served
    }

/** Where every lane leads to one collector. */
export const laneEndpoints = (gateway: string): LaneEndpoints => ({ gateway, lane: () => gateway })

/** With every default, of instrumented workloads in the namespace `shop`. */
export const infrastructureOf = ({ settings, ...more }: InfrastructureCase): NodeInfrastructure => ({
  systemNamespace: 'odigos-system',
  instrumentedNamespaces: ['shop'],
  named: [],
  settings: infrastructureSchema.parse(settings),
  ...more,
})

const renderCase = ({ name, spec, selected, secretKeys }: DestinationCase) => ({
  ...renderDestination({ name, spec: destinationSpec.parse(spec) }, secretKeys),
  takes: selectorCondition(selected),
})

/** The configuration of a case, with every default of the kinds filled in as the API server does. */
export const renderCollectorCase = (input: CollectorCase, place?: CollectorPlace): CollectorConfig => {
  const at = place ? { place } : {}
  if (input.role === 'node') {
    const { group, gatewayEndpoint } = input
    const infrastructure = input.infrastructure && infrastructureOf(input.infrastructure)
    return nodeConfig({ group, endpoints: laneEndpoints(gatewayEndpoint), disk: DISK, infrastructure, ...at })
  }
  const destinations = input.destinations.map(renderCase).filter(({ problems }) => problems.length === 0)
  const actions = input.actions.map((action) => ({ ...action, spec: actionSpec.parse(action.spec) }))
  return gatewayConfig({ group: input.group, destinations, actions, disk: DISK, served: input.served, ...at })
}
