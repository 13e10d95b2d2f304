/** Parts of a view, for tests of what is derived from it. */
import type { Condition } from '../../../src/api/conditions.ts'
import type { ClusterView, DestinationView, WorkloadView } from '../../../src/view/view.ts'

export const workload = (name: string, extra: Partial<WorkloadView> = {}): WorkloadView => ({
  id: `shop/Deployment/${name}`,
  namespace: 'shop',
  kind: 'Deployment',
  name,
  configName: `deployment-${name}`,
  choice: 'inherit',
  wanted: true,
  decidedBy: 'namespace',
  state: 'Instrumented',
  containers: [],
  conditions: [],
  ...extra,
})
export const condition = (type: string, status: Condition['status'], reason: Condition['reason']): Condition => ({
  type,
  status,
  reason,
  message: 'because',
  lastTransitionTime: '2026-01-01T00:00:00Z',
})
export const destination = (extra: Partial<DestinationView> = {}): DestinationView => ({
  name: 'tempo',
  displayName: 'Tempo',
  type: 'otlp',
  typeName: 'OTLP',
  disabled: false,
  signals: ['traces'],
  fields: {},
  storedSecrets: [],
  generation: 1,
  conditions: [condition('Accepted', 'True', 'Valid')],
  ...extra,
})
export const viewOf = (
  workloads: WorkloadView[],
  destinations = [destination()],
  collectors: ClusterView['collectors'] = {},
) => ({
  status: {
    missing: [],
    silentSeconds: 0,
    systemNamespace: 'odigos-system',
    mode: 'OptIn' as const,
    rollout: 'Manual' as const,
  },
  namespaces: {},
  workloads: Object.fromEntries(workloads.map((each) => [each.id, each])),
  destinations: Object.fromEntries(destinations.map((each) => [each.name, each])),
  collectors,
  actions: {},
  settings: {},
})
