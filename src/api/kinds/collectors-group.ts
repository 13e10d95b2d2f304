import { z } from 'zod'
import { conditionsSchema } from '../conditions.ts'
import { replicasSchema, signalSchema, sizeSchema } from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

export const COLLECTOR_ROLES = ['node', 'gateway', 'dedicated'] as const

export const collectorsGroupSpec = z
  .object({
    role: z.enum(COLLECTOR_ROLES).describe('node: one on each node. gateway: for all. dedicated: for one workload.'),
    signals: z
      .array(signalSchema)
      .max(3)
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe('What at least one Destination takes.'),
    size: sizeSchema,
    replicas: replicasSchema.optional(),
  })
  .meta({
    'x-kubernetes-validations': [
      { rule: "self.role == 'node' || has(self.replicas)", message: 'a gateway needs replicas' },
      { rule: "self.role != 'node' || !has(self.replicas)", message: 'node collectors run once on each node' },
    ],
  })
export type CollectorsGroupSpec = z.infer<typeof collectorsGroupSpec>

export const COLLECTORS_CONDITIONS = { configured: 'Configured', ready: 'Ready' } as const

const status = z.object({
  observedGeneration: z.int().min(0).optional().describe('The generation that was acted on.'),
  configHash: z.string().optional().describe('Hash of the configuration that is rolled out.'),
  readyReplicas: z.int().min(0).optional().describe('Collectors that are ready.'),
  desiredReplicas: z.int().min(0).optional().describe('Collectors that there should be.'),
  conditions: conditionsSchema.optional(),
})
export type CollectorsGroup = Resource<CollectorsGroupSpec, z.infer<typeof status>>

export const collectorsGroupKind = defineKind({
  kind: 'CollectorsGroup',
  plural: 'collectorsgroups',
  shortNames: ['cg'],
  description: 'One pool of collectors.',
  spec: collectorsGroupSpec,
  status,
  columns: [
    { name: 'Role', type: 'string', jsonPath: '.spec.role', description: 'node, gateway or dedicated.' },
    { name: 'Signals', type: 'string', jsonPath: '.spec.signals', description: 'What it takes.' },
    { name: 'Ready', type: 'integer', jsonPath: '.status.readyReplicas', description: 'Collectors that are ready.' },
    { name: 'Desired', type: 'integer', jsonPath: '.status.desiredReplicas', description: 'Collectors wanted.' },
    conditionColumn('Reason', COLLECTORS_CONDITIONS.ready, 'reason'),
    conditionColumn('Message', COLLECTORS_CONDITIONS.ready, 'message'),
    AGE_COLUMN,
  ],
})
