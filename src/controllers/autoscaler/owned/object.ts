/** How everything that belongs to a CollectorsGroup is named, labelled and owned. */
import type { CollectorsGroup } from '../../../api/kinds/collectors-group.ts'
import type { KubeObject, OwnerReference } from '../../../api/kubernetes.ts'
import { COMPONENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL, OTLP_GRPC_PORT, OTLP_HTTP_PORT } from '../../../api/names.ts'
import { configHash } from '../../../collector/config.ts'

/** On each object: hash of what was applied, so that nothing is written twice. */
export const APPLIED_HASH_ANNOTATION = 'odigos.io/applied-hash'

const APP_LABEL = 'app.kubernetes.io/name'

/** `odigos-gateway` → `gateway`. */
export const componentOf = (name: string): string => name.replace(/^odigos-/, '')
export const selectorOf = (name: string): Record<string, string> => ({
  [APP_LABEL]: 'odigos',
  [COMPONENT_LABEL]: componentOf(name),
})
export const labelsOf = (name: string): Record<string, string> => ({
  ...selectorOf(name),
  [MANAGED_BY_LABEL]: MANAGED_BY,
})

/** A ConfigMap is never changed: a pod that restarts while another configuration is rolled out keeps its own. */
export const configMapName = (group: string, config: string): string => `${group}-${configHash(config)}`

/** Whether it is a ConfigMap of that group, and not of one whose name has the same prefix. */
export const isConfigMapOf = (group: string, name: string): boolean =>
  name.startsWith(`${group}-`) && /^[0-9a-f]{16}$/.test(name.slice(group.length + 1))

const ownerOf = ({ apiVersion, kind, metadata }: CollectorsGroup): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})

export type Body = Record<string, unknown>

export const createObjectOf =
  (group: CollectorsGroup) =>
  (type: { apiVersion: string; kind: string; name?: string }, body: Body): KubeObject => ({
    apiVersion: type.apiVersion,
    kind: type.kind,
    metadata: {
      name: type.name ?? group.metadata.name,
      namespace: group.metadata.namespace,
      labels: labelsOf(group.metadata.name),
      ownerReferences: [ownerOf(group)],
    },
    ...body,
  })

const OTLP_PORTS = [
  { name: 'otlp-grpc', port: OTLP_GRPC_PORT, targetPort: 'otlp-grpc', protocol: 'TCP', appProtocol: 'grpc' },
  { name: 'otlp-http', port: OTLP_HTTP_PORT, targetPort: 'otlp-http', protocol: 'TCP', appProtocol: 'http' },
]

export const serviceSpec = (name: string): Body => ({
  type: 'ClusterIP',
  selector: selectorOf(name),
  ports: OTLP_PORTS,
})

/** The object with the hash of itself as an annotation. */
export const withHash = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { [APPLIED_HASH_ANNOTATION]: configHash(object) } },
})
