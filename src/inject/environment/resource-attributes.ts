import type { EnvVar, Pod } from '../../api/kubernetes.ts'
import type { InstrumentationConfigSpec } from '../../api/kinds/instrumentation-config.ts'
import { MAX_SERVICE_NAME } from '../../api/names.ts'
import type { WorkloadKinds } from '../../api/workload-kinds.ts'
import { intermediateAttribute, WORKLOAD_KINDS, workloadKind } from '../../api/workload-kinds.ts'
import { parseImage } from '../pod/image-reference.ts'
import { controllerOf } from '../pod/owner.ts'

/** Downward API fields that are not yet known when a pod is admitted, by the variable that holds them. */
export const DOWNWARD_FIELDS = {
  ODIGOS_POD_NAME: 'metadata.name',
  ODIGOS_POD_UID: 'metadata.uid',
  ODIGOS_NODE_NAME: 'spec.nodeName',
} as const
export type DownwardName = keyof typeof DOWNWARD_FIELDS

/** A resource attribute. Only the kubelet knows the value of parts that are downward variables. */
export interface Attribute {
  key: string
  parts: (string | { variable: DownwardName })[]
  from: string
}

export interface Identity {
  pod: Pod
  container: { name: string; image?: string | undefined }
  spec: InstrumentationConfigSpec
  namespace: string
}

/** Pod annotations `resource.opentelemetry.io/<key>` set attributes (OpenTelemetry semantic conventions, Kubernetes). */
const ATTRIBUTE_ANNOTATION = 'resource.opentelemetry.io/'
/** Maximum length of all attributes of a container: annotations can be 256 KiB, and each container gets all of them. */
const MAX_CHARACTERS = 4096
const VERSION_LABEL = 'app.kubernetes.io/version'

/** `service.name`: as set by the user, or else the workload's name. */
export const serviceName = ({ pod, spec }: Identity): { value: string; from: string } => {
  if (spec.serviceName) return { value: spec.serviceName, from: 'InstrumentationConfig serviceName' }
  const annotation = `${ATTRIBUTE_ANNOTATION}service.name`
  const annotated = pod.metadata?.annotations?.[annotation]
  if (annotated && annotated.length <= MAX_SERVICE_NAME) {
    return { value: annotated, from: `pod annotation ${annotation}` }
  }
  return { value: spec.workload.name, from: `name of the ${spec.workload.kind}` }
}

const fitting = (attributes: Attribute[]): Attribute[] => {
  let room = MAX_CHARACTERS
  return attributes.filter(({ key, parts }) => {
    const size = parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), key.length)
    if (size > room) return false
    room -= size
    return true
  })
}

/** `tag@digest`, `digest` or `tag` of an image reference. */
export const imageVersion = (image: string): string | undefined => {
  const { tag, digest } = parseImage(image)
  return [tag, digest].filter(Boolean).join('@') || undefined
}

const serviceVersion = (pod: Pod, image: string | undefined): { value: string; from: string } | undefined => {
  const label = pod.metadata?.labels?.[VERSION_LABEL]
  if (label) return { value: label, from: `pod label ${VERSION_LABEL}` }
  const value = imageVersion(image ?? '')
  return value === undefined ? undefined : { value, from: 'tag or digest of the image' }
}

const attribute = (key: string, from: string, ...parts: Attribute['parts']): Attribute => ({ key, parts, from })

const computed = ({ pod, container, spec, namespace }: Identity, kinds: WorkloadKinds): Attribute[] => {
  const podName = { variable: 'ODIGOS_POD_NAME' } as const
  const owner = controllerOf(pod)
  const ownerAttribute = owner && intermediateAttribute(owner.kind, kinds)
  const workloadAttribute = workloadKind(spec.workload.kind, kinds)?.attribute
  const version = serviceVersion(pod, container.image)
  return [
    attribute('service.namespace', 'namespace', namespace),
    attribute('service.instance.id', 'namespace, pod and container', `${namespace}.`, podName, `.${container.name}`),
    ...(version ? [attribute('service.version', version.from, version.value)] : []),
    attribute('k8s.namespace.name', 'namespace', namespace),
    ...(workloadAttribute ? [attribute(workloadAttribute, 'workload', spec.workload.name)] : []),
    ...(owner && ownerAttribute ? [attribute(ownerAttribute, 'owner of the pod', owner.name)] : []),
    attribute('k8s.pod.name', 'downward API', podName),
    attribute('k8s.pod.uid', 'downward API', { variable: 'ODIGOS_POD_UID' }),
    attribute('k8s.node.name', 'downward API', { variable: 'ODIGOS_NODE_NAME' }),
    attribute('k8s.container.name', 'container', container.name),
  ]
}

/** The resource by the semantic conventions. Annotations of the pod override computed attributes, within the maximum. */
export const resourceAttributes = (identity: Identity, kinds: WorkloadKinds = WORKLOAD_KINDS): Attribute[] => {
  const attributes = new Map(computed(identity, kinds).map((each) => [each.key, each]))
  for (const [name, value] of Object.entries(identity.pod.metadata?.annotations ?? {})) {
    const key = name.startsWith(ATTRIBUTE_ANNOTATION) ? name.slice(ATTRIBUTE_ANNOTATION.length) : ''
    if (key && key !== 'service.name') attributes.set(key, { key, parts: [value], from: `pod annotation ${name}` })
  }
  return fitting([...attributes.values()])
}

/** Name of the variable and its downward API reference. */
export const downwardVariable = (name: string, field: DownwardName): EnvVar => ({
  name,
  valueFrom: { fieldRef: { fieldPath: DOWNWARD_FIELDS[field] } },
})

const UNSAFE = /[^A-Za-z0-9\-._~/:@]+/

const encoded = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

/** Percent-encoded as the OpenTelemetry specification requires; `$` too, because Kubernetes expands `$(NAME)`. */
const encodeValue = (value: string): string =>
  UNSAFE.test(value) ? value.replaceAll(new RegExp(UNSAFE, 'g'), encoded) : value

/** The value for OTEL_RESOURCE_ATTRIBUTES; `nameOf` returns the name of a downward variable in this container. */
export const formatAttributes = (attributes: readonly Attribute[], nameOf: (name: DownwardName) => string): string =>
  attributes
    .map(({ key, parts }) => {
      const value = parts.map((part) => (typeof part === 'string' ? encodeValue(part) : `$(${nameOf(part.variable)})`))
      return `${key}=${value.join('')}`
    })
    .join(',')
