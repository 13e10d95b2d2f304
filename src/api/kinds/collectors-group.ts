import { z } from 'zod'
import { GATEWAY_NAME, NODE_COLLECTOR_NAME } from '../names.ts'
import { conditionsSchema, observedGenerationSchema } from '../types/condition-schema.ts'
import { replicasSchema, resourcesSchema } from '../types/resources.ts'
import { signalSchema } from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

const COLLECTOR_ROLES = ['Node', 'Gateway', 'Dedicated'] as const
export type CollectorRole = (typeof COLLECTOR_ROLES)[number]

const DEDICATED_PREFIX = 'odigos-dedicated-'

/** Kubernetes appends a hash to the name of a StatefulSet, and both must fit into a label value of 63 characters. */
const MAX_NAME = 52

export const collectorsGroupSpec = z
  .object({
    role: z
      .enum(COLLECTOR_ROLES)
      .describe(
        'Role of the collectors. Node runs one collector on each node, Gateway serves all workloads, Dedicated serves one.',
      ),
    signals: z
      .array(signalSchema)
      .max(3)
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe('Signals that the collectors receive.'),
    resources: resourcesSchema
      .refine(({ limits }) => limits?.memory !== undefined, 'limits.memory is required')
      .describe('Compute resources of one collector. The memory limit is required.'),
    replicas: replicasSchema.optional(),
  })
  .refine(
    ({ role, replicas }) => (role === 'Node') === (replicas === undefined),
    'replicas are required unless role is Node, and not allowed with role Node',
  )
  .meta({
    'x-kubernetes-validations': [
      {
        rule: 'has(self.resources.limits) && has(self.resources.limits.memory)',
        message: 'resources.limits.memory is required',
      },
      { rule: "self.role == 'Node' || has(self.replicas)", message: 'replicas are required unless role is Node' },
      { rule: "self.role != 'Node' || !has(self.replicas)", message: 'replicas are not allowed with role Node' },
    ],
  })
export type CollectorsGroupSpec = z.infer<typeof collectorsGroupSpec>

export const COLLECTORS_CONDITIONS = { accepted: 'Accepted', configured: 'Configured', ready: 'Ready' } as const

const status = z.object({
  observedGeneration: observedGenerationSchema.optional(),
  summary: z
    .object({ signals: z.string().max(100).describe('Signals that the collectors receive, separated by commas.') })
    .optional()
    .describe('Lists of the spec as text, printed by kubectl get.'),
  configHash: z.string().max(64).optional().describe('Hash of the most recently applied configuration.'),
  readyReplicas: z.int().min(0).optional().describe('Number of ready collectors.'),
  desiredReplicas: z.int().min(0).optional().describe('Desired number of collectors.'),
  conditions: conditionsSchema.optional(),
})
export type CollectorsGroupStatus = z.infer<typeof status>
export type CollectorsGroup = Resource<CollectorsGroupSpec, CollectorsGroupStatus>

export const collectorsGroupKind = defineKind({
  key: 'collectorsGroups',
  kind: 'CollectorsGroup',
  plural: 'collectorsgroups',
  shortNames: ['odigosgroup'],
  description: 'CollectorsGroup is a set of OpenTelemetry Collectors with a common role and configuration.',
  spec: collectorsGroupSpec,
  status,
  columns: [
    { name: 'Role', type: 'string', jsonPath: '.spec.role', description: 'Role of the collectors.' },
    {
      name: 'Signals',
      type: 'string',
      jsonPath: '.status.summary.signals',
      description: 'Signals that the collectors receive.',
    },
    { name: 'Ready', type: 'integer', jsonPath: '.status.readyReplicas', description: 'Number of ready collectors.' },
    {
      name: 'Desired',
      type: 'integer',
      jsonPath: '.status.desiredReplicas',
      description: 'Desired number of collectors.',
    },
    conditionColumn('Reason', COLLECTORS_CONDITIONS.ready, 'reason'),
    conditionColumn('Message', COLLECTORS_CONDITIONS.ready, 'message'),
    AGE_COLUMN,
  ],
  validations: [
    {
      // Ties the name to the role, so that the role is immutable and no group takes over an object of another component.
      rule:
        `self.spec.role == 'Node' ? self.metadata.name == '${NODE_COLLECTOR_NAME}' : ` +
        `self.spec.role == 'Gateway' ? self.metadata.name == '${GATEWAY_NAME}' : ` +
        `self.metadata.name.startsWith('${DEDICATED_PREFIX}')`,
      message:
        `the name must be ${NODE_COLLECTOR_NAME} with role Node, ${GATEWAY_NAME} with role Gateway, and begin with ` +
        `${DEDICATED_PREFIX} with role Dedicated`,
    },
    { rule: `size(self.metadata.name) <= ${MAX_NAME}`, message: `the name must not exceed ${MAX_NAME} characters` },
  ],
})
