/**
 * The attributes of pods as spans have them. The processor looks a pod up in the API server, and knows its labels, annotations and owners; it
 * does not replace what telemetry says already. What Odigos itself decides of `service.name` is in the statements.
 */
import type { Enrichment } from '../../api/kinds/infrastructure.ts'
import { INJECTION_HASH_ANNOTATION } from '../../api/names.ts'
import { WORKLOAD_KINDS } from '../../api/workload-kinds.ts'
import type { CollectorPlace, ComponentConfig } from '../config.ts'
import { literal, selectorCondition, where } from '../ottl.ts'

/** A workload for which the user has set `service.name`. */
export interface NamedWorkload {
  namespace: string
  kind: string
  name: string
  serviceName: string
}

/** Each is a comparison for each resource. */
export const MAX_NAMED = 200

/** On pods that the webhook has admitted for a workload; removed before anything is handed on. */
const ADMITTED = 'odigos.injection'
/** Only what was looked up has it; removed as well. */
const KNOWN = 'k8s.pod.start_time'

const OWNERS = WORKLOAD_KINDS.map(({ attribute }) => attribute)

const METADATA = [
  'k8s.namespace.name',
  'k8s.pod.name',
  'k8s.pod.uid',
  KNOWN,
  'k8s.node.name',
  'k8s.container.name',
  'k8s.replicaset.name',
  ...OWNERS,
  'service.namespace',
  'service.version',
]

const associations = (): ComponentConfig[] => {
  const attribute = (name: string) => ({ from: 'resource_attribute', name })
  return [
    // Only the first one counts whose attributes are there, and the uid in the path of a static pod is not that of its object.
    { sources: [attribute('k8s.namespace.name'), attribute('k8s.pod.name')] },
    { sources: [attribute('k8s.pod.uid')] },
    { sources: [{ from: 'connection' }] },
  ]
}

type Metadata = NonNullable<Enrichment['labels']>[number]

/** Names of OpenTelemetry's conventions, which the processor itself has only with a feature gate. */
const extracted =
  (kind: 'label' | 'annotation') =>
  ({ key, from, attribute = `k8s.${from.toLowerCase()}.${kind}.${key}` }: Metadata): ComponentConfig => ({
    tag_name: attribute,
    key,
    from: from.toLowerCase(),
  })

/** `nodeVariable` is the variable with the name of the node whose pods are of interest; all are where it is absent. */
export const podAttributes = (
  { apiAuth }: CollectorPlace,
  nodeVariable?: string,
  { labels = [], annotations = [] }: Partial<Enrichment> = {},
): ComponentConfig => ({
  auth_type: apiAuth,
  ...(nodeVariable ? { filter: { node_from_env_var: nodeVariable } } : {}),
  extract: {
    metadata: METADATA,
    ...(labels.length > 0 ? { labels: labels.map(extracted('label')) } : {}),
    annotations: [
      { tag_name: ADMITTED, key: INJECTION_HASH_ANNOTATION, from: 'pod' },
      ...annotations.map(extracted('annotation')),
    ],
    // resource.opentelemetry.io/NAME, as the webhook reads them.
    otel_annotations: true,
  },
  pod_association: associations(),
  watch_sync_period: '0s',
})

const attribute = (name: string): string => `resource.attributes[${literal(name)}]`
const SERVICE_NAME = attribute('service.name')
const UNNAMED = `${SERVICE_NAME} == nil`

const overrides = (named: readonly NamedWorkload[], condition: string | undefined): string[] =>
  named
    .slice(0, MAX_NAMED)
    .map(({ serviceName, ...workload }) =>
      where(
        `set(${SERVICE_NAME}, ${literal(serviceName)})`,
        selectorCondition({ workloads: [workload] }) ?? 'false',
        condition,
      ),
    )

/** The order of `serviceName` in src/inject/environment/resource-attributes.ts; annotations have been applied. */
const serviceStatements = (named: readonly NamedWorkload[], areSendersAsked: boolean): string[] => [
  ...overrides(named, areSendersAsked ? UNNAMED : undefined),
  ...OWNERS.map((name) => where(`set(${SERVICE_NAME}, ${attribute(name)})`, UNNAMED, `${attribute(name)} != nil`)),
  // A pod without a workload. One that could not be looked up may have one.
  where(`set(${SERVICE_NAME}, ${attribute('k8s.pod.name')})`, UNNAMED, `${attribute(KNOWN)} != nil`),
]

const INSTANCE = attribute('service.instance.id')
const INSTANCE_PARTS = ['k8s.namespace.name', 'k8s.pod.name', 'k8s.container.name'].map(attribute)

/** As the webhook names it. */
const nameInstance = where(
  `set(${INSTANCE}, Concat([${INSTANCE_PARTS.join(', ')}], "."))`,
  `${INSTANCE} == nil`,
  ...INSTANCE_PARTS.map((part) => `${part} != nil`),
)

const REMOVE = [ADMITTED, KNOWN].map((name) => `delete_key(resource.attributes, ${literal(name)})`)

const STATEMENTS = { logs: 'log_statements', metrics: 'metric_statements', traces: 'trace_statements' } as const

const onResources = (statements: string[], signals: readonly (keyof typeof STATEMENTS)[]): ComponentConfig => ({
  error_mode: 'ignore',
  ...Object.fromEntries(signals.map((signal) => [STATEMENTS[signal], [{ context: 'resource', statements }]])),
})

/** Names the service of what collectors gather themselves. */
export const nameServices = (named: readonly NamedWorkload[]): ComponentConfig =>
  onResources([...serviceStatements(named, false), nameInstance, ...REMOVE], ['logs', 'metrics'])

/** As an SDK says it; which one it was is lost. */
const unknown = where(`set(${SERVICE_NAME}, "unknown_service")`, UNNAMED)

/** Names the service of what applications send, unless they do. */
export const nameSenders = (named: readonly NamedWorkload[]): ComponentConfig =>
  onResources([...serviceStatements(named, true), unknown, nameInstance, ...REMOVE], ['traces', 'metrics', 'logs'])

/** Names the node of what comes from it. */
export const NAME_NODE = 'transform/node'

/**
 * The variable has the name of the node. In a text it stays as it is: a whole value is read as YAML, so that the node 0123 would be the number
 * 83, and with the node null no collector would start.
 */
export const nameNode = (variable: string): ComponentConfig =>
  onResources(
    [where(`set(${attribute('k8s.node.name')}, "\${env:${variable}}")`, `${attribute('k8s.node.name')} == nil`)],
    ['traces', 'metrics', 'logs'],
  )

/** An SDK without a name calls itself so. Must run before the annotations of the pod are applied. */
export const forgetUnknown = (): ComponentConfig =>
  onResources(
    [`delete_key(resource.attributes, "service.name") where IsMatch(${SERVICE_NAME}, "^unknown_service")`],
    ['traces', 'metrics', 'logs'],
  )

/** Drops logs of pods that no instrumented workload has; what could not be looked up is kept. */
export const onlyAdmitted = (): ComponentConfig => ({
  error_mode: 'ignore',
  logs: { log_record: [`${attribute(ADMITTED)} == nil and ${attribute(KNOWN)} != nil`] },
})
