import { KINDS } from '../api/kinds/index.ts'
import { API_GROUP, API_VERSION } from '../api/names.ts'
import type { WorkloadKind, WorkloadKindDefinition } from '../api/workload-kinds.ts'
import { WORKLOAD_KINDS } from '../api/workload-kinds.ts'
import type { ResourceType } from './types.ts'

const typesOf =
  (group: string, version: string) =>
  (kind: string, plural: string, namespaced = true): ResourceType => ({ group, version, plural, kind, namespaced })

const core = typesOf('', 'v1')
const own = typesOf(API_GROUP, API_VERSION)

/** Resource types of Odigos' own kinds, by the key in their definitions. */
export const ownResources = <Key extends string>(
  kinds: readonly { key: Key; kind: string; plural: string }[],
): Record<Key, ResourceType> =>
  Object.fromEntries(kinds.map(({ key, kind, plural }) => [key, own(kind, plural)])) as Record<Key, ResourceType>

/** The resource type of a workload kind. */
export const workloadType = ({ group, version, kind, plural }: WorkloadKindDefinition): ResourceType =>
  typesOf(group, version)(kind, plural)

/** Resource types of all workloads that can be instrumented, by kind. */
export const WORKLOAD_TYPES = Object.fromEntries(
  WORKLOAD_KINDS.map((definition) => [definition.kind, workloadType(definition)]),
) as Record<WorkloadKind, ResourceType>

/** All resource types that Odigos reads or writes. */
export const RESOURCES = {
  pods: core('Pod', 'pods'),
  namespaces: core('Namespace', 'namespaces', false),
  nodes: core('Node', 'nodes', false),
  services: core('Service', 'services'),
  configMaps: core('ConfigMap', 'configmaps'),
  secrets: core('Secret', 'secrets'),
  events: core('Event', 'events'),
  persistentVolumeClaims: core('PersistentVolumeClaim', 'persistentvolumeclaims'),
  limitRanges: core('LimitRange', 'limitranges'),
  resourceQuotas: core('ResourceQuota', 'resourcequotas'),

  deployments: WORKLOAD_TYPES.Deployment,
  daemonSets: WORKLOAD_TYPES.DaemonSet,
  statefulSets: WORKLOAD_TYPES.StatefulSet,
  jobs: WORKLOAD_TYPES.Job,
  cronJobs: WORKLOAD_TYPES.CronJob,

  leases: typesOf('coordination.k8s.io', 'v1')('Lease', 'leases'),
  horizontalPodAutoscalers: typesOf('autoscaling', 'v2')('HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  podDisruptionBudgets: typesOf('policy', 'v1')('PodDisruptionBudget', 'poddisruptionbudgets'),
  mutatingWebhookConfigurations: typesOf('admissionregistration.k8s.io', 'v1')(
    'MutatingWebhookConfiguration',
    'mutatingwebhookconfigurations',
    false,
  ),
  customResourceDefinitions: typesOf('apiextensions.k8s.io', 'v1')(
    'CustomResourceDefinition',
    'customresourcedefinitions',
    false,
  ),

  ...ownResources(KINDS),
} as const satisfies Record<string, ResourceType>

/** `apiVersion` of objects of the type. */
export const apiVersionOf = ({ group, version }: ResourceType): string => (group ? `${group}/${version}` : version)

/** The resource type of a workload kind, for owner references and WorkloadRefs; undefined for an unknown kind. */
export const resourceOfKind = (kind: string, apiVersion?: string): ResourceType | undefined =>
  [...Object.values<ResourceType>(RESOURCES), ...Object.values(WORKLOAD_TYPES)].find(
    (type) => type.kind === kind && (apiVersion === undefined || apiVersionOf(type) === apiVersion),
  )
