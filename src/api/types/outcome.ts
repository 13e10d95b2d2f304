/** What became of pods with agents, and what pods did without: parts of an InstrumentationConfig. */
import { z } from 'zod'
import { reasonSchema } from './condition-schema.ts'
import { CONTAINER_BOUNDS } from './container.ts'

/** Why agents were removed from a workload. */
export const ROLLBACK_REASONS = ['RolledBack', 'AdmissionRefused', 'AgentImageUnavailable'] as const
export type RollbackReason = (typeof ROLLBACK_REASONS)[number]

const causeFields = {
  message: z.string().max(CONTAINER_BOUNDS.message).describe('Human-readable details about the failure.'),
  time: z.string().meta({ format: 'date-time', description: 'Time at which the agents were removed.' }),
  reason: reasonSchema
    .optional()
    .describe('RolledBack if pods failed with the agents; otherwise why no pod could be created with them.'),
  fingerprint: z
    .string()
    .max(64)
    .optional()
    .describe(
      'Hash of the containers, agents and settings that the rollback is about. If they change, the rollback ends. If absent, it holds until the field is removed.',
    ),
}

const containerRollbackSchema = z
  .object({ name: z.string().min(1).max(63).describe('Name of the container.'), ...causeFields })
  .describe('Removal of the agent of one container.')
export type ContainerRollback = z.infer<typeof containerRollbackSchema>

export const rollbackSchema = z
  .object({
    ...causeFields,
    containers: z
      .array(containerRollbackSchema)
      .min(1)
      .max(100)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
      .describe('Containers whose agents were removed. If absent, the agents of all containers were removed.'),
  })
  .describe(
    'Set if agents were removed because pods did worse with them. Remove this field to instrument the workload again.',
  )
export type Rollback = z.infer<typeof rollbackSchema>

/** The rollback, unless it is about some of the containers only. */
export const wholeRollback = <R extends { containers?: unknown }>(rollback: R | undefined): R | undefined =>
  rollback?.containers === undefined ? rollback : undefined

/** Whether nodes cannot pull the image of an agent for pods of the namespace. */
export const isImageUnavailable = (rollback: Rollback | undefined): boolean =>
  rollback?.reason === 'AgentImageUnavailable'

/** Whether the cause of a rollback may pass without a change that could be noticed. */
export const isPassing = (rollback: Rollback | undefined): boolean =>
  isImageUnavailable(rollback) || rollback?.reason === 'AdmissionRefused'

export const withoutAgentSchema = z
  .object({
    restartsPerDay: z.int().min(0).optional().describe('Restarts of a container in one day, rounded up.'),
    readySeconds: z
      .int()
      .min(0)
      .optional()
      .describe('Seconds from the start of the containers until the pod is ready, rounded up.'),
    memoryKilled: z.boolean().optional().describe('Whether a container was killed because it ran out of memory.'),
    runs: z.enum(['Succeeded', 'Failed']).optional().describe('Result of the runs of a Job or CronJob.'),
  })
  .describe('Behavior of pods without an agent, with which pods that have one are compared.')
/** What pods of a workload did without an agent, as far as it can be told. */
export type Baseline = z.infer<typeof withoutAgentSchema>

export const withAgentSchema = z
  .object({
    agents: z.string().max(64).describe('Hash of the agents and their images.'),
    healthySince: z
      .string()
      .meta({ format: 'date-time' })
      .optional()
      .describe('Time since which pods have run well with the agents.'),
    hasSucceeded: z.boolean().optional().describe('Whether a run of a Job or CronJob has succeeded with the agents.'),
    failedRun: z.string().max(253).optional().describe('Name of the first pod of a run that failed with the agents.'),
    failedPulls: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Number of times in a row that an image of an agent could not be pulled, or that pods were refused. The next attempt waits longer.',
      ),
  })
  .describe('Behavior of pods with their current agents.')
