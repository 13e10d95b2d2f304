/** API group, labels, annotations and well-known names. */

export const API_GROUP = 'odigos.io'
export const API_VERSION = 'v1alpha1'
export const API_GROUP_VERSION = `${API_GROUP}/${API_VERSION}`

/** The release that this source belongs to; a test keeps it equal to package.json and the chart. */
export const RELEASE = '0.2.0'
/** Objects of releases before 0.2.0 have no version annotation; 0.1.0 was the only one. */
export const FIRST_RELEASE = '0.1.0'

/** Namespace or workload label that opts in (`enabled`) or out (`disabled`); that of the workload takes precedence. */
export const OPT_LABEL = 'odigos-instrumentation'

/** Namespace label: `configure` has SDKs that applications bring send to Odigos (agent `sdk-config`). */
export const OWN_SDK_LABEL = 'odigos.io/own-sdk'

/** Pod annotation: JSON object, container name → `{ agent?, reason }`, written by the webhook. */
export const INJECTION_ANNOTATION = 'odigos.io/injection'
/** Pod annotation: hash of what was injected, by which pods of an earlier decision are recognized (`RestartRequired`). */
export const INJECTION_HASH_ANNOTATION = 'odigos.io/injection-hash'

/** Job annotation: how far a run that stood still behind a container of ours has been started again. */
export const RENEWAL_ANNOTATION = 'odigos.io/renewal'

/** Workload annotations with which a user overrides a decision: `value`, or `container=value,container=value`. */
export const OVERRIDE_ANNOTATIONS = {
  language: 'odigos.io/language',
  agent: 'odigos.io/agent',
  serviceName: 'odigos.io/service-name',
} as const

/** Workload annotation: `dedicated` demands collectors of its own, `shared` forbids them. */
export const GATEWAY_ANNOTATION = 'odigos.io/gateway'

/** On every object that we create: the component that owns it. */
export const COMPONENT_LABEL = 'odigos.io/component'
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by'
export const MANAGED_BY = 'odigos'
/** On each CustomResourceDefinition of ours: the release that it belongs to, and a hash of its content. */
export const VERSION_ANNOTATION = 'odigos.io/version'
export const CONTENT_HASH_ANNOTATION = 'odigos.io/content-hash'

/** Selects the objects that we created. */
export const MANAGED_BY_SELECTOR = `${MANAGED_BY_LABEL}=${MANAGED_BY}`

/** Whether we created the object; others are never changed or deleted. */
export const isOurs = ({ labels }: { labels?: Record<string, string> | undefined }): boolean =>
  labels?.[MANAGED_BY_LABEL] === MANAGED_BY

/** Maximum length of `serviceName` of an InstrumentationConfig. */
export const MAX_SERVICE_NAME = 255

/** Template annotation with which `kubectl rollout restart` and the instrumentor restart a workload. */
export const RESTARTED_AT_ANNOTATION = 'kubectl.kubernetes.io/restartedAt'

export const SYSTEM_NAMESPACE = 'odigos-system'
export const ODIGOS_CONFIG_NAME = 'odigos'
export const WEBHOOK_NAME = 'odigos-webhook'
/** Path at which the webhook serves AdmissionReviews for pods. */
export const REVIEW_PATH = '/mutate/pods'
/** Service of the instrumentor. */
export const INSTRUMENTOR_NAME = 'odigos-instrumentor'
/** Service of the autoscaler, and the port of health, metrics and reports of every process. */
export const AUTOSCALER_NAME = 'odigos-autoscaler'
export const REPORTS_PORT = 8080
/** Path at which the API server passes requests on to the reports of a process; `namespace` is that of Odigos. */
export const reportsProxyPath = (service: string, namespace: string): string =>
  `/api/v1/namespaces/${namespace}/services/${service}:${REPORTS_PORT}/proxy`
/** Of the autoscaler, see src/api/reports/receipt.ts. */
export const RECEIPT_PATH = '/receipt'
/** Of the autoscaler, see src/api/reports/connection-test.ts. */
export const CONNECTION_TEST_PATH = '/connection-test'
/** Name of the pods that test connections, with a suffix. */
export const CONNECTION_TEST_NAME = 'odigos-connection-test'
/** Label of a Secret whose values a test may send anywhere: `allowed`. */
export const CONNECTION_TEST_LABEL = 'odigos.io/connection-test'
export const NODE_COLLECTOR_NAME = 'odigos-node-collector'
/** Container of the collector in its pod. */
export const COLLECTOR_CONTAINER = 'collector'
export const GATEWAY_NAME = 'odigos-gateway'
/** The one collector that asks the API server about the whole cluster. */
export const CLUSTER_COLLECTOR_NAME = 'odigos-cluster-collector'
export const UI_NAME = 'odigos-ui'
/** Field manager of what the CLI writes. */
export const CLI_NAME = 'odigos-cli'

/** Folder of a node with the queues of collectors. */
export const NODE_STORAGE = '/var/lib/odigos'

/** Port numbers of OTLP, from the OpenTelemetry Protocol specification. */
export const OTLP_GRPC_PORT = 4317
export const OTLP_HTTP_PORT = 4318

/** Base URL to which SDKs send; `namespace` is that of Odigos. */
export const sdkEndpoint = (namespace: string): string =>
  `http://${NODE_COLLECTOR_NAME}.${namespace}.svc:${OTLP_HTTP_PORT}`

/** Mount path of agent files in application containers: `/var/odigos/<agent>`, read-only. */
export const AGENT_MOUNT_ROOT = '/var/odigos'

/** Registry and tag of the images of an installation. */
export interface ImageSource {
  registry: string
  tag: string
}

/** Reference of one of our images. It is part of the injection hash, so webhook and instrumentor must agree on it exactly. */
export const imageReference = (name: string, { registry, tag }: ImageSource): string => `${registry}/${name}:${tag}`

/** Of our images, by the name that Kubernetes gives it in labels of nodes. */
export const IMAGE_ARCHITECTURE = 'amd64'

/** Name of the image that holds an agent. */
export const agentImageName = (agent: string): string => `agent-${agent}`

/** Prefix of the environment variables of OpenTelemetry; those of the user take precedence over ours. */
export const SDK_PREFIX = 'OTEL_'

/**
 * Prefix of the settings that the agents' boot files read: `ODIGOS_OTEL_X` becomes `OTEL_X` inside a process that they
 * instrument, and nowhere else, so that an SDK of the application's own never sees our settings.
 */
export const SETTING_PREFIX = 'ODIGOS_'
/** JSON array of the commands of a container's exec probes and hooks, whose processes the boot files leave alone. */
export const PROBE_COMMANDS_VARIABLE = 'ODIGOS_PROBE_COMMANDS'

/** Environment variables of OpenTelemetry SDKs, by the specification. */
export const SDK_VARIABLES = {
  serviceName: 'OTEL_SERVICE_NAME',
  resourceAttributes: 'OTEL_RESOURCE_ATTRIBUTES',
  sampler: 'OTEL_TRACES_SAMPLER',
  samplerArgument: 'OTEL_TRACES_SAMPLER_ARG',
  endpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  protocol: 'OTEL_EXPORTER_OTLP_PROTOCOL',
  exportTimeout: 'OTEL_EXPORTER_OTLP_TIMEOUT',
  batchTimeout: 'OTEL_BSP_EXPORT_TIMEOUT',
  traces: 'OTEL_TRACES_EXPORTER',
  metrics: 'OTEL_METRICS_EXPORTER',
  logs: 'OTEL_LOGS_EXPORTER',
} as const

/** The variables of a sampler that follows the caller's decision, and samples this ratio of new traces. */
export const samplerVariables = (ratio: number): { name: string; value: string }[] => [
  { name: SDK_VARIABLES.sampler, value: 'parentbased_traceidratio' },
  { name: SDK_VARIABLES.samplerArgument, value: String(ratio) },
]
