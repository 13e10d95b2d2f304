/** Telemetry that collectors gather themselves, each kind behind a switch of its own. */
import { z } from 'zod'

const enabled = (meaning: string) => z.boolean().default(false).describe(`Whether ${meaning}`)

const interval = (seconds: number) =>
  z.int().min(5).max(3600).default(seconds).describe('Interval in seconds between two collections.')

/** Without the characters that have a meaning in patterns of files: a name becomes part of one. */
const namespaceSchema = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)

interface Selection {
  select: string
  namespaces: readonly string[]
}

/** Neither field is of use without the other. */
const SELECTION_RULES = [
  {
    rule: "self.select == 'Namespaces' || size(self.namespaces) == 0",
    message: 'namespaces has no effect without select: Namespaces',
    holds: ({ select, namespaces }: Selection): boolean => select === 'Namespaces' || namespaces.length === 0,
  },
  {
    rule: "self.select != 'Namespaces' || size(self.namespaces) > 0",
    message: 'select: Namespaces requires at least one name in namespaces',
    holds: ({ select, namespaces }: Selection): boolean => select !== 'Namespaces' || namespaces.length > 0,
  },
]

const containerLogsSchema = z
  .object({
    enabled: enabled('node collectors read the logs of containers.'),
    select: z
      .enum(['Instrumented', 'Namespaces'])
      .default('Instrumented')
      .describe(
        'Pods whose logs are read. Instrumented reads those that the webhook has admitted for an instrumented workload, Namespaces all pods of the namespaces listed.',
      ),
    namespaces: z
      .array(namespaceSchema)
      .max(200)
      .default([])
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe(
        'Names of the namespaces whose pods are read. Required with select: Namespaces, and not allowed otherwise. That of Odigos is never read.',
      ),
    multiline: z
      .boolean()
      .default(true)
      .describe('Whether stack traces and indented lines become one record with the line before them.'),
    firstLinePattern: z
      .string()
      .min(1)
      .max(1024)
      .meta({
        'x-kubernetes-validations': [
          // The API server evaluates patterns as collectors do, and refuses one that is none.
          { rule: "''.matches(self) in [true, false]", message: 'must be a regular expression (RE2)' },
        ],
      })
      .optional()
      .describe(
        'Regular expression (RE2) of lines that begin a record. Matches any part of the line unless it is anchored with ^ or $. Replaces the rules of multiline.',
      ),
    parseJson: z
      .boolean()
      .default(true)
      .describe('Whether the fields of a record that is a JSON object become its attributes.'),
  })
  .superRefine((logs, context) => {
    for (const { holds, message } of SELECTION_RULES) if (!holds(logs)) context.addIssue({ code: 'custom', message })
  })
  .meta({ 'x-kubernetes-validations': SELECTION_RULES.map(({ rule, message }) => ({ rule, message })) })
  .describe('Logs of containers, read from the files of the node.')
export type ContainerLogs = z.infer<typeof containerLogsSchema>

const hostMetricsSchema = z
  .object({
    enabled: enabled('node collectors report CPU, memory, load, disk and paging of the node.'),
    intervalSeconds: interval(60),
  })
  .describe('Metrics of nodes.')

const kubeletMetricsSchema = z
  .object({
    enabled: enabled('node collectors report what the kubelet measures of nodes, pods, containers and volumes.'),
    intervalSeconds: interval(60),
    verifyCertificate: z
      .boolean()
      .default(true)
      .describe(
        'Whether the certificate of the kubelet must be signed by the certificate authority of the cluster. That of many installations is not, unless serverTLSBootstrap is set.',
      ),
  })
  .describe('Metrics of pods, containers and volumes.')

const clusterMetricsSchema = z
  .object({
    enabled: enabled('one collector reports the state of workloads, pods and nodes as the API server has it.'),
    intervalSeconds: interval(60),
  })
  .describe('Metrics of the objects of the cluster.')

const eventsSchema = z
  .object({ enabled: enabled('one collector reports Events as logs.') })
  .describe('Events of the cluster.')

/** What collectors decide by. */
const OWN_ATTRIBUTES = ['service.name', 'odigos.injection', 'k8s.pod.start_time']
const OWN_MESSAGE = `attribute must not be ${OWN_ATTRIBUTES.join(', ')}`

const metadataSchema = (kind: 'label' | 'annotation') =>
  z.object({
    key: z
      .string()
      .max(317)
      .regex(/^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/)
      .describe(`Key of the ${kind}.`),
    from: z.enum(['Pod', 'Namespace']).default('Pod').describe(`Object that has the ${kind}.`),
    attribute: z
      .string()
      .max(256)
      .regex(/^[A-Za-z_][A-Za-z0-9_./-]*$/)
      .refine((name) => !OWN_ATTRIBUTES.includes(name), OWN_MESSAGE)
      .meta({
        'x-kubernetes-validations': [
          { rule: `!(self in [${OWN_ATTRIBUTES.map((name) => `'${name}'`).join(', ')}])`, message: OWN_MESSAGE },
        ],
      })
      .optional()
      .describe(
        `Name of the resource attribute. Defaults to k8s.pod.${kind}.KEY or k8s.namespace.${kind}.KEY. Telemetry that has it keeps its value.`,
      ),
  })

const metadataList = (kind: 'label' | 'annotation') =>
  z
    .array(metadataSchema(kind))
    .max(30)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .describe(
      `${kind === 'label' ? 'Labels' : 'Annotations'} that become resource attributes of all telemetry of the pods, unless enabled is false.`,
    )

const enrichmentSchema = z
  .object({
    enabled: enabled(
      'node collectors add Kubernetes attributes to the telemetry of pods that Odigos has not instrumented.',
    ),
    labels: metadataList('label'),
    annotations: metadataList('annotation'),
  })
  .describe('Attributes of telemetry that applications send with SDKs of their own, and of labels and annotations.')
export type Enrichment = z.infer<typeof enrichmentSchema>

export const infrastructureSchema = z
  .object({
    containerLogs: containerLogsSchema.optional(),
    hostMetrics: hostMetricsSchema.optional(),
    kubeletMetrics: kubeletMetricsSchema.optional(),
    clusterMetrics: clusterMetricsSchema.optional(),
    events: eventsSchema.optional(),
    enrichment: enrichmentSchema.optional(),
  })
  .describe('Telemetry of the infrastructure. Everything is disabled by default.')
export type Infrastructure = z.infer<typeof infrastructureSchema>
