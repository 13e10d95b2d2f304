/**
 * The parts of Kubernetes objects that we use, as raw JSON: dates are strings, and fields that are not declared here are
 * kept (`[field: string]: unknown`), because objects of a newer Kubernetes pass through this code.
 */
export interface Unknowns {
  [field: string]: unknown
}

export interface OwnerReference extends Unknowns {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
}

export interface Metadata extends Unknowns {
  name?: string
  generateName?: string
  namespace?: string
  uid?: string
  generation?: number
  resourceVersion?: string
  creationTimestamp?: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
}

/** Any object of the API with a name, which list items and responses of the API server always have. */
export interface KubeObject extends Unknowns {
  apiVersion: string
  kind: string
  metadata: Metadata & { name: string }
}

export interface EnvVar extends Unknowns {
  name: string
  value?: string
  valueFrom?: Unknowns & {
    fieldRef?: Unknowns & { fieldPath: string }
    configMapKeyRef?: Unknowns & { name?: string; key: string; optional?: boolean }
    secretKeyRef?: Unknowns & { name?: string; key: string; optional?: boolean }
    /** A line `NAME='value'` in a file of an emptyDir, since Kubernetes 1.34. */
    fileKeyRef?: Unknowns & { volumeName?: string; path?: string; key: string; optional?: boolean }
  }
}

export interface VolumeMount extends Unknowns {
  name: string
  mountPath: string
  readOnly?: boolean
  subPath?: string
}

export interface Volume extends Unknowns {
  name: string
  emptyDir?: Unknowns & { sizeLimit?: string }
  image?: Unknowns & { reference?: string; pullPolicy?: string }
}

export interface Resources extends Unknowns {
  requests?: Record<string, string>
  limits?: Record<string, string>
  claims?: unknown[]
}

export interface SecurityContext extends Unknowns {
  runAsUser?: number
  runAsGroup?: number
  runAsNonRoot?: boolean
  privileged?: boolean
  allowPrivilegeEscalation?: boolean
  readOnlyRootFilesystem?: boolean
  capabilities?: Unknowns & { add?: string[]; drop?: string[] }
  seccompProfile?: Unknowns & { type: string }
}

export interface Probe extends Unknowns {
  exec?: Unknowns & { command?: string[] }
}

export interface Container extends Unknowns {
  name: string
  image?: string
  imagePullPolicy?: string
  command?: string[]
  args?: string[]
  env?: EnvVar[]
  envFrom?: Unknowns[]
  volumeMounts?: VolumeMount[]
  resources?: Resources
  securityContext?: SecurityContext
  restartPolicy?: string
  livenessProbe?: Probe
  readinessProbe?: Probe
  startupProbe?: Probe
  /** Hooks have the shape of probes, as far as it concerns us. */
  lifecycle?: Unknowns & { postStart?: Probe; preStop?: Probe }
}

export interface DnsConfig extends Unknowns {
  nameservers?: string[]
  searches?: string[]
  options?: (Unknowns & { name?: string; value?: string })[]
}

export interface PodSpec extends Unknowns {
  containers: Container[]
  initContainers?: Container[]
  volumes?: Volume[]
  imagePullSecrets?: (Unknowns & { name?: string })[]
  securityContext?: SecurityContext
  resources?: Resources
  nodeName?: string
  serviceAccountName?: string
  shareProcessNamespace?: boolean
  hostNetwork?: boolean
  hostPID?: boolean
  dnsPolicy?: string
  dnsConfig?: DnsConfig
  os?: Unknowns & { name: string }
  nodeSelector?: Record<string, string>
  affinity?: Unknowns
}

interface Terminated extends Unknowns {
  reason?: string
  exitCode: number
  message?: string
  finishedAt?: string
}

export interface ContainerStatus extends Unknowns {
  name: string
  ready: boolean
  started?: boolean
  restartCount: number
  image: string
  imageID: string
  containerID?: string
  state?: Unknowns & {
    running?: Unknowns & { startedAt?: string }
    waiting?: Unknowns & { reason?: string; message?: string }
    terminated?: Terminated
  }
  lastState?: Unknowns & { terminated?: Terminated }
}

export interface PodStatus extends Unknowns {
  phase?: string
  /** Why the pod itself failed, for example that it was evicted. */
  reason?: string
  podIP?: string
  startTime?: string
  conditions?: (Unknowns & { type: string; status: string; lastTransitionTime?: string })[]
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
}

/** A pod as the webhook receives it: its name can be absent (generateName). */
export interface Pod extends Unknowns {
  apiVersion?: string
  kind?: string
  metadata?: Metadata
  spec: PodSpec
  status?: PodStatus
}

export interface PodTemplate extends Unknowns {
  metadata?: Metadata
  spec: PodSpec
}

/** An operation of a JSON Patch (RFC 6902); only those that we use. */
export interface JsonPatchOperation {
  op: 'add' | 'replace' | 'remove' | 'test'
  path: string
  value?: unknown
}

/** Escapes a value for `env`, where the kubelet expands `$(NAME)` and turns `$$` into `$`. */
export const escapeReferences = (value: string): string => value.replaceAll('$', '$$$$')

/** Without the fields that only server-side apply needs, often the longest part of an object. */
export const withoutManagedFields = (object: KubeObject): KubeObject => {
  const { managedFields: _dropped, ...metadata } = object.metadata
  return { ...object, metadata }
}
