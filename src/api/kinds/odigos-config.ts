import { z } from 'zod'
import { ODIGOS_CONFIG_NAME } from '../names.ts'
import { conditionsSchema, observedGenerationSchema } from '../types/condition-schema.ts'
import { destinationsSchema } from './destination-settings.ts'
import { infrastructureSchema } from './infrastructure.ts'
import { replicasSchema, resourcesSchema } from '../types/resources.ts'
import { listedNameSchema, signalSchema } from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

const rolloutSchema = z
  .object({
    policy: z
      .enum(['Manual', 'Automatic'])
      .default('Manual')
      .describe(
        'Policy for workloads whose agents change. Manual leaves restarts to users. Automatic restarts the workloads.',
      ),
    maxConcurrent: z.int().min(1).max(100).default(2).describe('Maximum number of workloads restarted concurrently.'),
    rollbackAfterSeconds: z
      .int()
      .min(0)
      .max(3600)
      .default(60)
      .describe(
        'Duration in seconds for which instrumented pods may crash before agents are removed. 0 disables rollback.',
      ),
    rollbackWindowSeconds: z
      .int()
      .min(60)
      .max(604_800)
      .default(3600)
      .describe('Duration in seconds after instrumentation within which crashes are attributed to the agent.'),
  })
  .describe('Settings for the restart and rollback of workloads.')

const COLLECTORS_SIZES = ['Small', 'Medium', 'Large'] as const
export type CollectorsSize = (typeof COLLECTORS_SIZES)[number]

const gatewaySchema = z
  .object({ resources: resourcesSchema.optional(), replicas: replicasSchema.optional() })
  .describe('Settings of the gateway collectors.')

const seconds = (meaning: string) => z.int().min(0).max(86_400).describe(`Duration in seconds for which ${meaning}`)

const dedicatedSchema = z
  .object({
    automatic: z
      .boolean()
      .default(true)
      .describe('Whether workloads get collectors of their own by their traffic. If false, only by annotation.'),
    sharePercent: z
      .int()
      .min(1)
      .max(100)
      .default(50)
      .describe('Percentage of all telemetry above which a workload gets collectors of its own.'),
    returnSharePercent: z
      .int()
      .min(0)
      .max(99)
      .default(30)
      .describe('Percentage of all telemetry below which it returns to the gateway. Must be less than sharePercent.'),
    itemsPerSecond: z
      .int()
      .min(0)
      .max(100_000_000)
      .default(2_000)
      .describe('Minimum of spans, data points and log records per second for collectors of its own.'),
    returnItemsPerSecond: z
      .int()
      .min(0)
      .max(100_000_000)
      .default(1_000)
      .describe('Items per second below which it returns to the gateway. Must not exceed itemsPerSecond.'),
    afterSeconds: seconds('the traffic must be that high.').default(300),
    returnAfterSeconds: seconds('the traffic must be that low.').default(900),
    resources: resourcesSchema.optional(),
    replicas: replicasSchema.optional(),
  })
  .refine((value) => value.returnSharePercent < value.sharePercent, 'returnSharePercent must be less than sharePercent')
  .refine(
    (value) => value.returnItemsPerSecond <= value.itemsPerSecond,
    'returnItemsPerSecond must not exceed itemsPerSecond',
  )
  .meta({
    'x-kubernetes-validations': [
      {
        rule: 'self.returnSharePercent < self.sharePercent',
        message: 'returnSharePercent must be less than sharePercent',
      },
      {
        rule: 'self.returnItemsPerSecond <= self.itemsPerSecond',
        message: 'returnItemsPerSecond must not exceed itemsPerSecond',
      },
    ],
  })
  .describe('Settings of collectors for single workloads with much telemetry.')
export type DedicatedSettings = z.infer<typeof dedicatedSchema>

/** The settings where the OdigosConfig has none. */
export const DEFAULT_DEDICATED: DedicatedSettings = dedicatedSchema.parse({})

export const odigosConfigSpec = z.object({
  mode: z
    .enum(['OptIn', 'OptOut'])
    .default('OptIn')
    .describe(
      'Mode of the installation. OptIn instruments workloads that are labelled odigos-instrumentation=enabled, directly or by their namespace. OptOut instruments all except those labelled odigos-instrumentation=disabled, and those in namespaces of infrastructure such as istio-system, which need the label enabled.',
    ),
  ignoredNamespaces: z
    .array(listedNameSchema)
    .max(200)
    .default([])
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Namespaces that are never instrumented, in addition to kube-* and the namespace of Odigos.'),
  ignoredContainers: z
    .array(listedNameSchema)
    .max(200)
    .default(['istio-proxy', 'linkerd-proxy', 'vault-agent', 'cloud-sql-proxy', 'fluent-bit'])
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Names of containers that are never instrumented.'),
  agentDelivery: z
    .enum(['InitContainer', 'ImageVolume'])
    .default('InitContainer')
    .describe(
      'Method by which agent files are added to a pod. ImageVolume copies no files, and requires Kubernetes 1.35 and containerd 2.1.',
    ),
  signals: z
    .array(signalSchema)
    .max(3)
    .default(['traces', 'metrics'])
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Signals that agents are allowed to send. A signal is only sent if a Destination accepts it.'),
  sampling: z
    .object({
      traceRatio: z.number().min(0).max(1).default(1).describe('Ratio of traces that SDKs record, from 0 to 1.'),
    })
    .optional()
    .describe('Sampling of traces in SDKs.'),
  rollout: rolloutSchema.optional(),
  collectors: z
    .object({
      size: z
        .enum(COLLECTORS_SIZES)
        .optional()
        .describe(
          'Size of the collectors where no resources or replicas are set: Small for up to 10,000 spans per second, Medium for up to 50,000, Large for more. Defaults to Small.',
        ),
      node: z.object({ resources: resourcesSchema.optional() }).describe('Settings of the node collectors.').optional(),
      gateway: gatewaySchema.optional(),
      dedicated: dedicatedSchema.optional(),
    })
    .optional()
    .describe('Resources and replicas of collectors.'),
  infrastructure: infrastructureSchema.optional(),
  destinations: destinationsSchema.optional(),
})
export type OdigosConfigSpec = z.infer<typeof odigosConfigSpec>

export const CONFIG_CONDITIONS = { accepted: 'Accepted', infrastructure: 'InfrastructureAssigned' } as const

const status = z.object({
  observedGeneration: observedGenerationSchema.optional(),
  conditions: conditionsSchema.optional(),
})
export type OdigosConfig = Resource<OdigosConfigSpec, z.infer<typeof status>>

export const odigosConfigKind = defineKind({
  key: 'odigosConfigs',
  kind: 'OdigosConfig',
  plural: 'odigosconfigs',
  shortNames: ['odigoscfg'],
  description: `OdigosConfig configures the installation. The only object is named ${ODIGOS_CONFIG_NAME}.`,
  spec: odigosConfigSpec,
  status,
  columns: [
    { name: 'Mode', type: 'string', jsonPath: '.spec.mode', description: 'Mode of the installation.' },
    {
      name: 'Delivery',
      type: 'string',
      jsonPath: '.spec.agentDelivery',
      description: 'Method by which agent files are added.',
    },
    { name: 'Rollout', type: 'string', jsonPath: '.spec.rollout.policy', description: 'Rollout policy.' },
    conditionColumn('Accepted', CONFIG_CONDITIONS.accepted, 'status'),
    conditionColumn('Message', CONFIG_CONDITIONS.accepted, 'message'),
    AGE_COLUMN,
  ],
  validations: [
    {
      rule: `self.metadata.name == '${ODIGOS_CONFIG_NAME}'`,
      message: `the only OdigosConfig is named ${ODIGOS_CONFIG_NAME}`,
    },
  ],
})

/** The settings with all defaults, also if there is no OdigosConfig. Throws a ZodError on invalid input. */
export const effectiveConfig = (spec: unknown): OdigosConfigSpec => odigosConfigSpec.parse(spec ?? {})
