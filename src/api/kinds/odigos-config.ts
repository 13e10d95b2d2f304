import { z } from 'zod'
import { ODIGOS_CONFIG_NAME } from '../names.ts'
import { conditionsSchema, observedGenerationSchema } from '../types/condition-schema.ts'
import { replicasSchema, resourcesSchema } from '../types/resources.ts'
import { nameSchema, signalSchema } from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

const rolloutSchema = z
  .object({
    policy: z
      .enum(['Manual', 'Automatic'])
      .default('Manual')
      .describe('Manual: users restart workloads. Automatic: workloads are restarted when their agents change.'),
    maxConcurrent: z.int().min(1).max(100).default(2).describe('Maximum number of workloads restarted concurrently.'),
    rollbackAfterSeconds: z
      .int()
      .min(0)
      .max(3600)
      .default(60)
      .describe('Duration for which instrumented pods may crash before agents are removed. 0 disables rollback.'),
    rollbackWindowSeconds: z
      .int()
      .min(60)
      .max(604_800)
      .default(3600)
      .describe('Duration after instrumentation within which crashes are attributed to the agent.'),
  })
  .describe('Restart and rollback of workloads.')

const nodeSchema = z.object({ resources: resourcesSchema.optional() }).describe('Collectors on nodes.')

const gatewaySchema = z
  .object({ resources: resourcesSchema.optional(), replicas: replicasSchema.optional() })
  .describe('Gateway collectors.')

export const odigosConfigSpec = z.object({
  mode: z
    .enum(['OptIn', 'OptOut'])
    .default('OptIn')
    .describe('OptIn: instruments what is labelled enabled. OptOut: instruments all that is not labelled disabled.'),
  ignoredNamespaces: z
    .array(nameSchema)
    .max(200)
    .default([])
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Namespaces that are never instrumented, in addition to kube-* and the namespace of Odigos.'),
  ignoredContainers: z
    .array(nameSchema)
    .max(200)
    .default(['istio-proxy', 'linkerd-proxy', 'vault-agent', 'cloud-sql-proxy', 'fluent-bit'])
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Names of containers that are never instrumented.'),
  agentDelivery: z
    .enum(['InitContainer', 'ImageVolume'])
    .default('InitContainer')
    .describe(
      'Method of adding agent files to a pod. ImageVolume copies no files; it requires Kubernetes 1.35 and containerd 2.1.',
    ),
  signals: z
    .array(signalSchema)
    .max(3)
    .default(['traces', 'metrics'])
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Signals that agents may send. A signal without a Destination is not sent.'),
  sampling: z
    .object({
      traceRatio: z.number().min(0).max(1).default(1).describe('Ratio of traces that SDKs record, from 0 to 1.'),
    })
    .optional()
    .describe('Sampling in SDKs.'),
  rollout: rolloutSchema.optional(),
  collectors: z
    .object({ node: nodeSchema.optional(), gateway: gatewaySchema.optional() })
    .optional()
    .describe('Resources and replicas of collectors.'),
})
export type OdigosConfigSpec = z.infer<typeof odigosConfigSpec>

export const CONFIG_CONDITIONS = { accepted: 'Accepted' } as const

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
    { name: 'Mode', type: 'string', jsonPath: '.spec.mode', description: 'OptIn or OptOut.' },
    { name: 'Delivery', type: 'string', jsonPath: '.spec.agentDelivery', description: 'Delivery of agent files.' },
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

/** The settings with every default filled in, also where there is no OdigosConfig. Throws a ZodError on bad input. */
export const effectiveConfig = (spec: unknown): OdigosConfigSpec => odigosConfigSpec.parse(spec ?? {})
