import { z } from 'zod'
import { conditionsSchema } from '../conditions.ts'
import type { Reason } from '../reasons.ts'
import { REASONS } from '../reasons.ts'
import {
  agentSchema,
  confidenceSchema,
  envVarSchema,
  languageSchema,
  libcSchema,
  nameSchema,
  signalSchema,
} from '../vocabulary.ts'
import type { Resource } from './kind.ts'
import { AGE_COLUMN, conditionColumn, defineKind } from './kind.ts'

const reasonSchema = z.enum(Object.keys(REASONS) as [Reason, ...Reason[]])

export const containerDecisionSchema = z
  .object({
    name: z.string().min(1).max(63).describe('Name of the container.'),
    language: languageSchema.optional(),
    runtimeVersion: z.string().max(100).optional().describe('Version of the runtime, for example 22.11.0.'),
    libc: libcSchema.optional(),
    confidence: confidenceSchema.optional(),
    evidence: z.array(z.string().max(300)).max(20).optional().describe('What the detector saw, strongest first.'),
    image: z.string().max(512).optional().describe('Digest of the image that was looked at.'),
    imageReference: z
      .string()
      .max(1024)
      .optional()
      .describe('Image that was looked at, as its pod named it; what is known holds for pods that name the same.'),
    agent: agentSchema.optional(),
    executable: z.string().max(1024).optional().describe('Path of the program, where an agent has to be told.'),
    reason: reasonSchema.describe('Why there is an agent, or why there is none.'),
    message: z.string().max(1024).default('').describe('The same for a person.'),
    runtimeEnv: z
      .array(envVarSchema)
      .max(20)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
      .describe(
        'Variables that the image or envFrom gives: those which an agent appends to, such as NODE_OPTIONS, and OTEL_*. Where only it matters that one is there, its value is empty.',
      ),
    settings: z
      .array(envVarSchema)
      .max(100)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
      .describe('OTEL_* variables from InstrumentationRules and the OdigosConfig.'),
  })
  .meta({
    'x-kubernetes-validations': [
      {
        rule: "!has(self.agent) || self.reason in ['AgentSelected', 'OverriddenByUser']",
        message: 'an agent goes with the reason AgentSelected or OverriddenByUser',
      },
    ],
  })
  .describe('What was found and decided for one container.')
export type ContainerDecision = z.infer<typeof containerDecisionSchema>

export const pipelineSchema = z
  .object({
    collectorsGroup: nameSchema.describe('The CollectorsGroup that serves the workload.'),
    endpoint: z
      .string()
      .max(512)
      .meta({ format: 'uri' })
      .describe('Base URL of OTLP over HTTP that SDKs send to, without a path.'),
    signals: z.array(signalSchema).max(3).meta({ 'x-kubernetes-list-type': 'set' }).describe('What SDKs send.'),
  })
  .describe('Where the telemetry of the workload goes first.')
export type Pipeline = z.infer<typeof pipelineSchema>

export const instrumentationConfigSpec = z.object({
  workload: z
    .object({
      apiVersion: z.string().min(1).max(100).describe('apiVersion of the workload.'),
      kind: z.string().min(1).max(63).describe('Kind of the workload.'),
      name: nameSchema.describe('Name of the workload.'),
    })
    .describe('The workload, in the same namespace.'),
  serviceName: z.string().min(1).max(255).optional().describe('service.name of its telemetry.'),
  containers: z
    .array(containerDecisionSchema)
    .max(100)
    .default([])
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .describe('One entry for each container of the pod template.'),
  pipeline: pipelineSchema.optional(),
})
export type InstrumentationConfigSpec = z.infer<typeof instrumentationConfigSpec>

/** What a workload is in, at a glance; the conditions tell the rest. */
export const WORKLOAD_STATES = [
  'Detecting',
  'WaitingForDestination',
  'RestartRequired',
  'Instrumented',
  'NotInstrumented',
  'RolledBack',
] as const
export type WorkloadState = (typeof WORKLOAD_STATES)[number]

export const WORKLOAD_CONDITIONS = {
  detected: 'Detected',
  pipelineAssigned: 'PipelineAssigned',
  restartRequired: 'RestartRequired',
  instrumented: 'Instrumented',
  rolledBack: 'RolledBack',
  /** Only where the API server refused an object that is written for the workload. */
  applied: 'Applied',
} as const

const summarySchema = z
  .object({
    languages: z.string().max(2048).describe('Their languages; - where it is not known.'),
    agents: z.string().max(2048).describe('Their agents; - where there is none.'),
    reasons: z.string().max(8192).describe('Why.'),
  })
  .describe('The containers at a glance, in their order, separated by commas.')

const restartsSchema = z
  .object({
    decision: z.string().max(100).describe('Hash of what they were to bring; rollback where agents were taken out.'),
    count: z.int().min(1).describe('How many there were; after the third it is up to the user.'),
    at: z.string().meta({ format: 'date-time', description: 'When the last one was.' }),
  })
  .describe('Restarts by the instrumentor for one decision.')
export type RestartAttempts = z.infer<typeof restartsSchema>

const status = z.object({
  summary: summarySchema.optional(),
  observedGeneration: z.int().min(0).optional().describe('The generation that was acted on.'),
  state: z.enum(WORKLOAD_STATES).optional().describe('The state at a glance.'),
  pods: z
    .object({
      total: z.int().min(0).describe('Pods that run.'),
      instrumented: z.int().min(0).describe('Pods that carry the agents as decided.'),
      outdated: z.int().min(0).describe('Pods that need a restart.'),
      missed: z.int().min(0).describe('Pods that should carry an agent, were created after the decision and do not.'),
    })
    .optional()
    .describe('The running pods of the workload.'),
  restarts: restartsSchema.optional(),
  conditions: conditionsSchema.optional(),
})
export type InstrumentationConfigStatus = z.infer<typeof status>
export type InstrumentationConfig = Resource<InstrumentationConfigSpec, InstrumentationConfigStatus>

/** The summary of a status: `kubectl get` prints only the first value of a list, so the list is made a text. */
export const summarizeContainers = (containers: readonly ContainerDecision[]): z.infer<typeof summarySchema> => {
  const join = (valueOf: (container: ContainerDecision) => string | undefined): string =>
    containers.map((container) => valueOf(container) ?? '-').join(', ')
  return {
    languages: join(({ language }) => language),
    agents: join(({ agent }) => agent),
    reasons: join(({ reason }) => reason),
  }
}

export const instrumentationConfigKind = defineKind({
  kind: 'InstrumentationConfig',
  plural: 'instrumentationconfigs',
  shortNames: ['ic'],
  description: 'What was found out and decided about one workload.',
  spec: instrumentationConfigSpec,
  status,
  columns: [
    { name: 'Workload', type: 'string', jsonPath: '.spec.workload.kind', description: 'Kind of the workload.' },
    { name: 'Language', type: 'string', jsonPath: '.status.summary.languages', description: 'What it runs.' },
    { name: 'Agent', type: 'string', jsonPath: '.status.summary.agents', description: 'What instruments it.' },
    { name: 'Pipeline', type: 'string', jsonPath: '.spec.pipeline.collectorsGroup', description: 'Where it sends.' },
    { name: 'State', type: 'string', jsonPath: '.status.state', description: 'The state at a glance.' },
    { name: 'Pods', type: 'integer', jsonPath: '.status.pods.instrumented', description: 'Instrumented pods.' },
    { name: 'Reason', type: 'string', jsonPath: '.status.summary.reasons', description: 'Why.' },
    conditionColumn('Message', WORKLOAD_CONDITIONS.instrumented, 'message'),
    AGE_COLUMN,
  ],
})
