/** The environment variables of each process: the only place with `process.env`. */
import { z } from 'zod'
import { detectorTargetsSchema } from '../api/detector-protocol.ts'
import { SYSTEM_NAMESPACE } from '../api/names.ts'
import { parseQuantity } from '../api/types/quantity.ts'
import { agentSchema, POD_SECURITY_LEVELS } from '../api/vocabulary.ts'
import { LOG_LEVELS } from './log.ts'

const port = z.coerce.number().int().min(1).max(65_535)
const count = z.coerce.number().int().min(1)
const text = z.string().min(1)
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true')
/** A quantity of bytes, such as 10Gi. */
const size = text.refine((value) => (parseQuantity(value) ?? 0) >= 256 * 2 ** 20, 'must be a size of at least 256Mi')

const parseJson = (json: string, context: z.RefinementCtx): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    context.addIssue('must be JSON')
    return z.NEVER
  }
}

const entriesOf = (list: string): string[] =>
  list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')

/** Common to all processes. */
const shared = {
  /** Namespace of Odigos. */
  NAMESPACE: text.default(SYSTEM_NAMESPACE),
  /** Name of the pod (downward API), the identity in the Lease. */
  POD_NAME: text.default('local'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  /** Port of /healthz, /readyz and /metrics, over plain HTTP. */
  METRICS_PORT: port.default(8080),
}

/** Source of Odigos' own images. */
const images = {
  /** Registry and path of the images, without a trailing slash. */
  IMAGE_REGISTRY: text.default('odigos.local'),
  IMAGE_TAG: text.default('dev'),
  IMAGE_PULL_POLICY: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
}

/** Where the images of agents come from, if not from where Odigos' own do. */
const agentSources = {
  AGENT_IMAGE_REGISTRY: text.optional(),
  AGENT_IMAGE_TAG: text.optional(),
  /** References of single agents' images, with a tag or digest, as JSON: `{"nodejs": "registry/agent-nodejs@sha256:…"}`. */
  AGENT_IMAGES: z.string().transform(parseJson).pipe(z.partialRecord(agentSchema, text)).optional(),
  /** Names of Secrets in the namespaces of applications, separated by commas. */
  AGENT_PULL_SECRETS: z.string().default('').transform(entriesOf),
}

const webhook = z.object({
  ...shared,
  ...images,
  ...agentSources,
  /** HTTPS port that the API server calls. */
  PORT: port.default(9443),
  /** Folder with tls.crt and tls.key, mounted from a Secret. */
  TLS_DIR: text.default('/etc/odigos/tls'),
  /** File with the authority (PEM) whose client certificates the API server presents. Any client is served if absent. */
  CLIENT_CA_FILE: text.optional(),
  /** Pod Security level that the API server enforces in namespaces without a label; Kubernetes' default is privileged. */
  POD_SECURITY_DEFAULT: z.enum(POD_SECURITY_LEVELS).default('privileged'),
  /** Maximum size of an AdmissionReview, in bytes; the API server itself accepts requests of 3 MiB. */
  MAX_BODY_BYTES: count.default(4 * 1024 * 1024),
  /** Maximum size of all incomplete reviews together, in bytes; pods beyond it are admitted unchanged. */
  MAX_BODY_BYTES_TOGETHER: count.default(12 * 1024 * 1024),
})

const instrumentor = z.object({
  ...shared,
  ...images,
  ...agentSources,
  /** ServiceAccount of detector pods, without permissions. Default: the namespace's default ServiceAccount. */
  DETECTOR_SERVICE_ACCOUNT: text.optional(),
  /** Name of the webhook's Service and Deployment. */
  WEBHOOK_SERVICE: text.default('odigos-webhook'),
  /** Name of the MutatingWebhookConfiguration. */
  WEBHOOK_CONFIGURATION: text.default('odigos-webhook'),
  /** Name of the Secret with the webhook's certificate. */
  WEBHOOK_SECRET: text.default('odigos-webhook-tls'),
  /** Seconds after which the API server admits the pod without a response; Kubernetes allows 1 to 30. */
  WEBHOOK_TIMEOUT_SECONDS: z.coerce.number().int().min(1).max(30).default(3),
  /**
   * Whether a pod of each workload is tried as a dry run before a restart is asked for. It requires the permission to create
   * pods in all namespaces, which the chart gives only together with a policy that allows nothing but dry runs.
   */
  DRY_RUN: z.enum(['true', 'false']).default('false'),
  /** Seconds after which a workload is `NothingArrives`, if its pods have traffic, but no telemetry has arrived. */
  SILENCE_SECONDS: count.default(600),
})

const scheduler = z.object({ ...shared })

const autoscaler = z.object({
  ...shared,
  /** Image of node collectors and gateways. */
  COLLECTOR_IMAGE: text.default('docker.io/otel/opentelemetry-collector-contrib:0.155.0'),
  ...images,
  /** StorageClass of the volumes for the gateways' queues. Default: a folder of the node. */
  COLLECTOR_STORAGE_CLASS: text.optional(),
  /** Size of the volume, or the maximum size of the folder, with the queues of one gateway. */
  COLLECTOR_GATEWAY_QUEUE_SIZE: size.default('10Gi'),
  /** Maximum size of the folder with the queues of a node collector. */
  COLLECTOR_NODE_QUEUE_SIZE: size.default('2Gi'),
  /** Whether each write to a queue is forced to the disk. */
  COLLECTOR_QUEUE_FSYNC: flag,
  /** Whether collectors have the permissions to gather telemetry of the infrastructure. */
  COLLECTOR_INFRASTRUCTURE: flag,
})

/** The detector has no HTTP port and no access to the API server. */
const detector = z.object({
  LOG_LEVEL: shared.LOG_LEVEL,
  /** The pods to inspect, as JSON. */
  TARGETS: z.string().transform(parseJson).pipe(detectorTargetsSchema),
  /** File that the kubelet reads the report from. */
  TERMINATION_MESSAGE_PATH: text.default('/dev/termination-log'),
})

/** Runs before a collector starts, in its pod, without an HTTP port. */
const queueKeeper = z.object({
  LOG_LEVEL: shared.LOG_LEVEL,
  /** The collector's configuration, as YAML. */
  COLLECTOR_CONFIG_FILE: text.default('/etc/odigos-collector/config.yaml'),
  /** Folder of the queues; need not exist. */
  QUEUE_DIRECTORY: text.default('/var/lib/otelcol/queue'),
  TERMINATION_MESSAGE_PATH: detector.shape.TERMINATION_MESSAGE_PATH,
})

/** The UI is a server of Next.js, which reads PORT and HOSTNAME itself. */
const ui = z.object({
  NAMESPACE: shared.NAMESPACE,
  POD_NAME: shared.POD_NAME,
  /** Uid of the pod (downward API), which owns what must not outlive it. */
  POD_UID: text.optional(),
  LOG_LEVEL: shared.LOG_LEVEL,
  /** Host names of the UI besides localhost, separated by commas, for example that of an authenticating proxy. */
  ALLOWED_HOSTS: z.string().default('').transform(entriesOf),
  /** Set by Next.js; `next dev` needs a laxer Content-Security-Policy. */
  NODE_ENV: text.default('production'),
})

export const configs = { webhook, instrumentor, scheduler, autoscaler, detector, 'queue-keeper': queueKeeper, ui }
export type ProcessName = keyof typeof configs
export type Config<Name extends ProcessName> = z.infer<(typeof configs)[Name]>

/**
 * The configuration of a process. An empty variable counts as absent, because a chart cannot omit one.
 * Throws one Error that names every invalid variable.
 */
export const loadConfig = <Name extends ProcessName>(
  name: Name,
  env: Record<string, string | undefined> = process.env,
): Config<Name> => {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const result = configs[name].safeParse(present)
  if (result.success) return result.data as Config<Name>
  // The value is not included: it could be a secret in the wrong variable.
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`${name}: invalid environment:\n${lines.join('\n')}`)
}

/** Variables that locate the API server, for KubeConfig's rules and for the service account of a pod. */
export const kubernetesEnvironment = (
  env: Record<string, string | undefined> = process.env,
): { kubeconfig?: string | undefined; home?: string | undefined; host?: string | undefined; port: string } => ({
  kubeconfig: env['KUBECONFIG'] || undefined,
  home: env['HOME'] || undefined,
  host: env['KUBERNETES_SERVICE_HOST'] || undefined,
  port: env['KUBERNETES_SERVICE_PORT'] || '443',
})
