import { z } from 'zod'
import { MAX_SERVICE_NAME } from '../names.ts'
import { boundedMap } from '../types/bounded.ts'
import { conditionsSchema, observedGenerationSchema, reasonSchema } from '../types/condition-schema.ts'
import { containerDecisionSchema, containerObservationSchema, summarySchema } from '../types/container.ts'
import { rollbackSchema, withAgentSchema, withoutAgentSchema } from '../types/outcome.ts'
import { nameSchema, signalSchema } from '../vocabulary.ts'
import { agentObservationSchema, causeSchema, lastSeenSchema, trafficSchema } from './telemetry.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

export type { Rollback, RollbackReason } from '../types/outcome.ts'
export { ROLLBACK_REASONS } from '../types/outcome.ts'
export type { ContainerDecision, ContainerObservation, KnownContainer } from '../types/container.ts'
export type { AgentObservation, Cause, LastSeen, Traffic } from './telemetry.ts'

const pipelineSchema = z
  .object({
    collectorsGroup: nameSchema.describe('Name of the CollectorsGroup that serves the workload.'),
    endpoint: z
      .string()
      .max(512)
      .meta({ format: 'uri' })
      .describe('Base URL, without a path, to which SDKs send OTLP over HTTP.'),
    signals: z.array(signalSchema).max(3).meta({ 'x-kubernetes-list-type': 'set' }).describe('Signals that SDKs send.'),
    gateway: nameSchema
      .optional()
      .describe('Name of the CollectorsGroup that node collectors hand the telemetry on to.'),
    reason: reasonSchema.optional().describe('Programmatic identifier of the reason for the gateway.'),
  })
  .describe('Collectors that SDKs send the telemetry of the workload to.')
export type Pipeline = z.infer<typeof pipelineSchema>

/** A user's choice between the common gateway and collectors of its own. */
export const GATEWAY_CHOICES = ['Shared', 'Dedicated'] as const
export type GatewayChoice = (typeof GATEWAY_CHOICES)[number]

export const instrumentationConfigSpec = z.object({
  workload: z
    .object({
      apiVersion: z.string().min(1).max(100).describe('API version of the workload.'),
      kind: z.string().min(1).max(63).describe('Kind of the workload.'),
      name: nameSchema.describe('Name of the workload.'),
    })
    .meta({ 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'workload is immutable' }] })
    .describe('Reference to the workload in the same namespace. Immutable.'),
  serviceName: z
    .string()
    .min(1)
    .max(MAX_SERVICE_NAME)
    .optional()
    .describe('Value of service.name in the telemetry of the workload.'),
  containers: z
    .array(containerDecisionSchema)
    .max(100)
    .default([])
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .describe('Desired instrumentation of the containers of the pod template.'),
  gateway: z
    .enum(GATEWAY_CHOICES)
    .optional()
    .describe('Gateway that an annotation of the workload demands: Shared, or Dedicated for collectors of its own.'),
  pipeline: pipelineSchema.optional(),
  rollback: rollbackSchema.optional(),
})
export type InstrumentationConfigSpec = z.infer<typeof instrumentationConfigSpec>

/** The state of a workload at a glance; its conditions have the details. */
export const WORKLOAD_STATES = [
  'Detecting',
  'WaitingForDestination',
  'RestartRequired',
  'Injected',
  'Instrumented',
  'NothingArrives',
  'NotInstrumented',
  'RolledBack',
] as const
export type WorkloadState = (typeof WORKLOAD_STATES)[number]

export const WORKLOAD_CONDITIONS = {
  detected: 'Detected',
  pipelineAssigned: 'PipelineAssigned',
  restartRequired: 'RestartRequired',
  /** Whether the agents are in the pods and telemetry of the workload has arrived. */
  instrumented: 'Instrumented',
  /** What the processes of the pods report of their agents; only present where there are agents. */
  agentLoaded: 'AgentLoaded',
  rolledBack: 'RolledBack',
  /** Only present if the API server rejected an object that is written for the workload. */
  applied: 'Applied',
} as const

/** Maximum number of labels that are copied; Kubernetes limits only their total size. */
export const MAX_WORKLOAD_LABELS = 100

const restartsSchema = z
  .object({
    decision: z
      .string()
      .max(100)
      .describe('Hash of the decision that the restarts applied, or rollback if they removed agents.'),
    count: z.int().min(1).describe('Number of restarts for this decision. The maximum is 3.'),
    at: z.string().meta({ format: 'date-time', description: 'Time of the most recent restart.' }),
  })
  .describe('Restarts by the instrumentor for one decision.')
export type RestartAttempts = z.infer<typeof restartsSchema>

const podsSchema = z
  .object({
    total: z.int().min(0).describe('Number of running pods.'),
    instrumented: z.int().min(0).describe('Number of running pods that have the decided agents.'),
    outdated: z.int().min(0).describe('Number of running pods that must be replaced by a restart.'),
    missed: z
      .int()
      .min(0)
      .describe('Number of running pods that were created after the decision but lack their agents.'),
  })
  .describe('Running pods of the workload.')

const status = z.object({
  observedGeneration: observedGenerationSchema.optional(),
  summary: summarySchema.optional(),
  state: z
    .enum(WORKLOAD_STATES)
    .optional()
    .describe('Summary of the state of the workload. The conditions have the details.'),
  containers: z
    .array(containerObservationSchema)
    .max(100)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .describe('Observed state of the containers of the pod template.'),
  workloadLabels: boundedMap(z.string().max(63), { max: MAX_WORKLOAD_LABELS })
    .optional()
    .describe('Labels of the workload, against which selectors are matched.'),
  pods: podsSchema.optional(),
  agents: z
    .array(agentObservationSchema)
    .max(100)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .describe('Reports of the processes about the agents of their containers.'),
  lastSeen: lastSeenSchema.optional(),
  traffic: trafficSchema.optional(),
  cause: causeSchema.optional(),
  restarts: restartsSchema.optional(),
  withoutAgent: withoutAgentSchema.optional(),
  withAgent: withAgentSchema.optional(),
  conditions: conditionsSchema.optional(),
})
export type InstrumentationConfigStatus = z.infer<typeof status>
export type InstrumentationConfig = Resource<InstrumentationConfigSpec, InstrumentationConfigStatus>

export const instrumentationConfigKind = defineKind({
  key: 'instrumentationConfigs',
  kind: 'InstrumentationConfig',
  plural: 'instrumentationconfigs',
  shortNames: ['odigosworkload'],
  description:
    'InstrumentationConfig describes the instrumentation of one workload. Odigos creates it for each opted-in workload.',
  spec: instrumentationConfigSpec,
  status,
  columns: [
    { name: 'Workload', type: 'string', jsonPath: '.spec.workload.kind', description: 'Kind of the workload.' },
    {
      name: 'Language',
      type: 'string',
      jsonPath: '.status.summary.languages',
      description: 'Languages of the containers.',
    },
    { name: 'Agent', type: 'string', jsonPath: '.status.summary.agents', description: 'Agents of the containers.' },
    {
      name: 'Pipeline',
      type: 'string',
      jsonPath: '.spec.pipeline.collectorsGroup',
      description: 'Name of the CollectorsGroup.',
    },
    { name: 'State', type: 'string', jsonPath: '.status.state', description: 'State of the workload.' },
    {
      name: 'Pods',
      type: 'integer',
      jsonPath: '.status.pods.instrumented',
      description: 'Number of instrumented pods.',
    },
    { name: 'Reason', type: 'string', jsonPath: '.status.summary.reasons', description: 'Reasons of the containers.' },
    conditionColumn('Message', WORKLOAD_CONDITIONS.instrumented, 'message'),
    AGE_COLUMN,
  ],
})
