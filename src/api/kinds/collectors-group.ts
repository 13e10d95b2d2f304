import { z } from 'zod'
import { DEDICATED_PREFIX, LANES } from '../routing/lanes.ts'
import { CLUSTER_COLLECTOR_NAME, GATEWAY_NAME, NODE_COLLECTOR_NAME } from '../names.ts'
import { conditionsSchema, observedGenerationSchema } from '../types/condition-schema.ts'
import { infrastructureSchema } from './infrastructure.ts'
import { replicasSchema, resourcesSchema } from '../types/resources.ts'
import { nameSchema, signalSchema } from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

const COLLECTOR_ROLES = ['Node', 'Gateway', 'Dedicated', 'Cluster'] as const
export type CollectorRole = (typeof COLLECTOR_ROLES)[number]

/** Kubernetes appends a hash to the name of a StatefulSet, and both must fit into a label value of 63 characters. */
const MAX_NAME = 52

/** More workloads of one lane than this do not get collectors of their own at the same time. */
export const MAX_DEDICATED_WORKLOADS = 100

const dedicatedSchema = z
  .object({
    lane: z
      .int()
      .min(0)
      .max(LANES - 1)
      .describe('Lane of the node collectors that is sent to these collectors while they serve workloads.'),
    workloads: z
      .array(
        z.object({
          namespace: nameSchema.describe('Namespace of the workload.'),
          kind: z.string().min(1).max(63).describe('Kind of the workload.'),
          name: nameSchema.describe('Name of the workload.'),
        }),
      )
      .min(1)
      .max(MAX_DEDICATED_WORKLOADS)
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['namespace', 'kind', 'name'] })
      .describe('Workloads that the collectors serve.'),
    draining: z
      .boolean()
      .optional()
      .describe('Whether the lane is no longer sent to the collectors, which are removed when their queues are empty.'),
  })
  .describe('Workloads that collectors with role Dedicated serve. The telemetry of others is handed on to the gateway.')
export type Dedicated = z.infer<typeof dedicatedSchema>

/** One on each node, or one for the cluster. */
const hasNoReplicas = (role: CollectorRole): boolean => role === 'Node' || role === 'Cluster'

export const collectorsGroupSpec = z
  .object({
    role: z
      .enum(COLLECTOR_ROLES)
      .describe(
        'Role of the collectors. Node runs one collector on each node, Gateway serves all workloads, Dedicated serves one, Cluster is one collector for the whole cluster.',
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
    dedicated: dedicatedSchema.optional(),
    infrastructure: infrastructureSchema.optional(),
  })
  .refine(
    ({ role, replicas }) => hasNoReplicas(role) === (replicas === undefined),
    'replicas are required with roles Gateway and Dedicated, and not allowed otherwise',
  )
  .refine(
    ({ role, dedicated }) => (role === 'Dedicated') === (dedicated !== undefined),
    'dedicated is required with role Dedicated, and not allowed otherwise',
  )
  .meta({
    'x-kubernetes-validations': [
      {
        rule: 'has(self.resources.limits) && has(self.resources.limits.memory)',
        message: 'resources.limits.memory is required',
      },
      {
        rule: "(self.role in ['Node', 'Cluster']) != has(self.replicas)",
        message: 'replicas are required with roles Gateway and Dedicated, and not allowed otherwise',
      },
      {
        rule: "(self.role == 'Dedicated') == has(self.dedicated)",
        message: 'dedicated is required with role Dedicated, and not allowed otherwise',
      },
    ],
  })
export type CollectorsGroupSpec = z.infer<typeof collectorsGroupSpec>

export const COLLECTORS_CONDITIONS = {
  accepted: 'Accepted',
  configured: 'Configured',
  ready: 'Ready',
  queuesIntact: 'QueuesIntact',
  /** Of roles Node and Cluster: whether gateways take what the collectors receive. */
  handingOn: 'HandingOn',
  /** Of gateways: by whom their number is decided. */
  scaling: 'Scaling',
  /** Of role Dedicated: whether node collectors send to the collectors. */
  serving: 'Serving',
} as const

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
        `self.spec.role == 'Cluster' ? self.metadata.name == '${CLUSTER_COLLECTOR_NAME}' : ` +
        `self.metadata.name.startsWith('${DEDICATED_PREFIX}')`,
      message:
        `the name must be ${NODE_COLLECTOR_NAME} with role Node, ${GATEWAY_NAME} with role Gateway, ` +
        `${CLUSTER_COLLECTOR_NAME} with role Cluster, and begin with ${DEDICATED_PREFIX} with role Dedicated`,
    },
    { rule: `size(self.metadata.name) <= ${MAX_NAME}`, message: `the name must not exceed ${MAX_NAME} characters` },
  ],
})
