/** The chart gives each process the permissions that its calls require, and no others. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { WORKLOAD_KINDS } from '../../../src/api/workload-kinds.ts'

const TEMPLATES = join(import.meta.dirname, '../../../deploy/helm/templates')

interface PolicyRule {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
}

/** Verbs by resource. */
type Verbs = Record<string, string>

const GET = 'get'
const INFORMER = 'list watch'
const EVENTS = 'create patch'
const LEASES = 'get create update'
/** Server-side apply creates what does not exist. */
const APPLY = 'create patch'
const PATCH = 'patch'
const OWNED = [GET, INFORMER, APPLY, 'delete'].join(' ')

const group = (name: string, resources: Verbs): Verbs =>
  Object.fromEntries(Object.entries(resources).map(([resource, verbs]) => [`${resource}.${name}`, verbs]))

/** An instrumentor also reads a workload before it deletes the InstrumentationConfig, and restarts it. */
const workloads = Object.fromEntries(
  WORKLOAD_KINDS.map(({ plural, group: name, isRestartable }): [string, string] => [
    `${plural}.${name}`,
    `${GET} ${INFORMER}${isRestartable ? ` ${PATCH}` : ''}`,
  ]),
)

/** Of k8s_cluster and k8s_events, which watch all that they report. */
const CLUSTER_OBJECTS = [
  ...['events', 'namespaces', 'nodes', 'pods', 'replicationcontrollers', 'resourcequotas', 'services'].map(
    (name) => `${name}.`,
  ),
  ...['daemonsets', 'deployments', 'replicasets', 'statefulsets'].map((name) => `${name}.apps`),
  ...['cronjobs', 'jobs'].map((name) => `${name}.batch`),
  'horizontalpodautoscalers.autoscaling',
]

const CALLS: Record<string, { ClusterRole: Verbs; Role: Verbs }> = {
  instrumentor: {
    ClusterRole: {
      ...workloads,
      'jobs.batch': `${GET} ${INFORMER} ${PATCH}`,
      ...group('odigos.io', {
        instrumentationconfigs: `${INFORMER} ${APPLY} delete`,
        'instrumentationconfigs/status': PATCH,
        odigosconfigs: INFORMER,
        'odigosconfigs/status': PATCH,
        instrumentationrules: INFORMER,
        'instrumentationrules/status': PATCH,
      }),
      ...group('admissionregistration.k8s.io', { mutatingwebhookconfigurations: `${GET} ${APPLY}` }),
      'namespaces.': INFORMER,
      'pods.': INFORMER,
      'events.': `${INFORMER} ${EVENTS}`,
    },
    Role: {
      'pods.': 'create delete',
      'secrets.': `${GET} ${PATCH}`,
      ...group('coordination.k8s.io', { leases: LEASES }),
    },
  },
  /** Together with a policy that allows only dry runs, see docs/adr/0013-dry-run.md. */
  'instrumentor-dry-run': { ClusterRole: { 'pods.': 'create' }, Role: {} },
  scheduler: {
    ClusterRole: {
      ...group('odigos.io', {
        instrumentationconfigs: `${INFORMER} ${PATCH}`,
        'instrumentationconfigs/status': PATCH,
      }),
      'events.': EVENTS,
    },
    Role: {
      ...group('odigos.io', {
        destinations: INFORMER,
        odigosconfigs: INFORMER,
        'odigosconfigs/status': PATCH,
        collectorsgroups: OWNED,
      }),
      ...group('coordination.k8s.io', { leases: LEASES }),
    },
  },
  autoscaler: {
    ClusterRole: {
      ...group('odigos.io', {
        destinations: INFORMER,
        'destinations/status': PATCH,
        actions: INFORMER,
        'actions/status': PATCH,
        collectorsgroups: INFORMER,
        'collectorsgroups/status': PATCH,
        // A receipt also reads the state of its workload.
        instrumentationconfigs: `${GET} ${INFORMER}`,
      }),
      'namespaces.': INFORMER,
      'events.': EVENTS,
    },
    Role: {
      // For owner references that block deletion.
      ...group('odigos.io', { 'collectorsgroups/finalizers': 'update', odigosconfigs: INFORMER }),
      'configmaps.': OWNED,
      'services.': OWNED,
      // Those of collectors, to read their queues, and those in which a configuration is started once.
      'pods.': OWNED,
      // Those of gateways, for the words of backends.
      'pods/log.': GET,
      ...group('apps', { daemonsets: OWNED, statefulsets: OWNED }),
      ...group('autoscaling', { horizontalpodautoscalers: OWNED }),
      ...group('policy', { poddisruptionbudgets: OWNED }),
      'secrets.': GET,
      'events.': EVENTS,
      ...group('coordination.k8s.io', { leases: LEASES }),
    },
  },
  'node-collector': { ClusterRole: { 'namespaces.': INFORMER, 'pods.': INFORMER, 'nodes/stats.': GET }, Role: {} },
  'cluster-collector': {
    ClusterRole: Object.fromEntries(CLUSTER_OBJECTS.map((resource) => [resource, INFORMER])),
    Role: {},
  },
  webhook: {
    ClusterRole: {
      'namespaces.': INFORMER,
      'limitranges.': INFORMER,
      'resourcequotas.': INFORMER,
      ...group('odigos.io', { instrumentationconfigs: INFORMER, odigosconfigs: INFORMER }),
    },
    Role: {},
  },
  ui: {
    ClusterRole: {
      'namespaces.': `${INFORMER} ${PATCH}`,
      ...group('apps', {
        deployments: `${INFORMER} ${PATCH}`,
        statefulsets: `${INFORMER} ${PATCH}`,
        daemonsets: `${INFORMER} ${PATCH}`,
      }),
      ...group('batch', { cronjobs: `${INFORMER} ${PATCH}` }),
      ...group('odigos.io', { instrumentationconfigs: INFORMER }),
    },
    Role: {
      ...group('odigos.io', {
        destinations: OWNED,
        actions: INFORMER,
        collectorsgroups: INFORMER,
        odigosconfigs: INFORMER,
      }),
      'secrets.': 'create patch delete',
    },
  },
}

const read = (file: string): string => readFileSync(join(TEMPLATES, file), 'utf8')

/** Rules that templates include by name. */
const leaseRules = /define "odigos\.leaseRules" -\}\}\n([^]*?)\{\{- end/.exec(read('_process.tpl'))?.[1] ?? ''

const rulesOf = (template: string, kind: string): PolicyRule[] => {
  const document = read(template)
    .split(/^---$/m)
    .find((text) => new RegExp(`^kind: ${kind}$`, 'm').test(text))
  const rules = /^rules:\n([^]*)/m.exec(document ?? '')?.[1] ?? ''
  const isIncluded = rules.includes('"odigos.leaseRules"')
  return [
    ...((parse(rules.replaceAll(/^\{\{.*$/gm, '')) as PolicyRule[] | null) ?? []),
    ...(isIncluded ? (parse(leaseRules) as PolicyRule[]) : []),
  ]
}

const sorted = (verbs: Iterable<string>): string => [...new Set(verbs)].toSorted().join(' ')

const verbsByResource = (rules: readonly PolicyRule[]): Verbs => {
  const found = new Map<string, string[]>()
  for (const { apiGroups, resources, verbs } of rules)
    for (const name of apiGroups)
      for (const resource of resources) {
        const key = `${resource}.${name}`
        found.set(key, [...(found.get(key) ?? []), ...verbs])
      }
  return Object.fromEntries([...found].map(([key, verbs]) => [key, sorted(verbs)]))
}

describe("the chart's permissions", () => {
  for (const [name, kinds] of Object.entries(CALLS))
    for (const [kind, calls] of Object.entries(kinds))
      it(`of ${name} in its ${kind} are those that its calls require`, () => {
        const required = Object.fromEntries(
          Object.entries(calls).map(([resource, verbs]) => [resource, sorted(verbs.split(' '))]),
        )
        assert.deepEqual(verbsByResource(rulesOf(`${name}.yaml`, kind)), required)
      })

  it('to create pods exists only together with what fences it', () => {
    const template = read('instrumentor-dry-run.yaml')
    assert.match(template, /^\{\{- if include "odigos\.dryRun" \. -\}\}\n/)
    assert.match(template, /\n\{\{- end \}\}\n$/)
    assert.deepEqual(
      template.split(/^---$/m).map((text) => /^kind: (.*)$/m.exec(text)?.[1]),
      ['ClusterRole', 'ClusterRoleBinding', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    )
    assert.match(read('instrumentor.yaml'), /"DRY_RUN" \(include "odigos\.dryRun" \. /)
  })
})
