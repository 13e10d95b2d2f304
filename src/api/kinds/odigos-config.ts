import { z } from 'zod'
import { conditionsSchema } from '../conditions.ts'
import { ODIGOS_CONFIG_NAME } from '../names.ts'
import { nameSchema, replicasSchema, sizeSchema } from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, defineKind } from './kind.ts'

const rolloutSchema = z
  .object({
    policy: z
      .enum(['manual', 'automatic'])
      .default('manual')
      .describe('manual: the user restarts workloads. automatic: they are restarted when an agent was decided.'),
    maxConcurrent: z.int().min(1).max(100).default(2).describe('Most workloads that are restarted at the same time.'),
    rollbackAfterSeconds: z
      .int()
      .min(0)
      .max(3600)
      .default(60)
      .describe('Instrumentation that makes pods crash for this long is taken out; 0 never.'),
    rollbackWindowSeconds: z
      .int()
      .min(60)
      .max(604_800)
      .default(3600)
      .describe('Crashes of a workload that has been instrumented for longer than this are not blamed on the agent.'),
  })
  .describe('How workloads are restarted.')

export const odigosConfigSpec = z.object({
  mode: z
    .enum(['opt-in', 'opt-out'])
    .default('opt-in')
    .describe('opt-in: labelled namespaces and workloads. opt-out: all that are not labelled disabled.'),
  ignoredNamespaces: z
    .array(nameSchema)
    .max(200)
    .default([])
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Never instrumented, besides kube-* and the namespace of Odigos itself.'),
  ignoredContainers: z
    .array(nameSchema)
    .max(200)
    .default(['istio-proxy', 'linkerd-proxy', 'vault-agent', 'cloud-sql-proxy', 'fluent-bit'])
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('Names of containers that are never instrumented.'),
  agentDelivery: z
    .enum(['init-container', 'image-volume'])
    .default('init-container')
    .describe(
      'How agent files reach a pod. image-volume needs Kubernetes 1.35 and containerd 2.1, and copies nothing.',
    ),
  signals: z
    .array(z.enum(['traces', 'metrics', 'logs']))
    .max(3)
    .default(['traces', 'metrics'])
    .meta({ 'x-kubernetes-list-type': 'set' })
    .describe('What agents send at most; a signal that no Destination takes is not sent.'),
  sampling: z
    .object({
      traceRatio: z.number().min(0).max(1).default(1).describe('Share of traces that SDKs record, from 0 to 1.'),
    })
    .optional()
    .describe('Sampling in the SDKs.'),
  rollout: rolloutSchema.optional(),
  collectors: z
    .object({
      node: sizeSchema.optional(),
      gateway: sizeSchema.optional(),
      gatewayReplicas: replicasSchema.optional(),
    })
    .optional()
    .describe('Sizes of the collectors.'),
})
export type OdigosConfigSpec = z.infer<typeof odigosConfigSpec>

const status = z.object({ conditions: conditionsSchema.optional() })
export type OdigosConfig = Resource<OdigosConfigSpec, z.infer<typeof status>>

export const odigosConfigKind = defineKind({
  kind: 'OdigosConfig',
  plural: 'odigosconfigs',
  shortNames: ['odc'],
  description: 'Settings of the whole installation; there is one, named odigos.',
  spec: odigosConfigSpec,
  status,
  columns: [
    { name: 'Mode', type: 'string', jsonPath: '.spec.mode', description: 'opt-in or opt-out.' },
    { name: 'Delivery', type: 'string', jsonPath: '.spec.agentDelivery', description: 'How agents reach pods.' },
    { name: 'Rollout', type: 'string', jsonPath: '.spec.rollout.policy', description: 'Who restarts workloads.' },
    AGE_COLUMN,
  ],
  validations: [
    {
      rule: `self.metadata.name == '${ODIGOS_CONFIG_NAME}'`,
      message: `the one OdigosConfig is named ${ODIGOS_CONFIG_NAME}`,
    },
  ],
})

/** The settings with every default filled in, also where there is no OdigosConfig. Throws a ZodError on bad input. */
export const effectiveConfig = (spec: unknown): OdigosConfigSpec => odigosConfigSpec.parse(spec ?? {})
