/** What arrived of a workload, and what its processes report of their agents, in the status of an InstrumentationConfig. */
import { z } from 'zod'
import { reasonSchema } from '../types/condition-schema.ts'

/** What a process reports of its agent. */
export const OUTCOMES = ['Loaded', 'StoodBack', 'Failed'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Maximum lengths of the texts of a report; longer ones are shortened. */
export const REPORT_BOUNDS = { agent: 63, version: 100, message: 256 } as const

const processes = z.int().min(0).optional()

export const agentObservationSchema = z
  .object({
    name: z.string().min(1).max(63).describe('Name of the container.'),
    agent: z.string().max(REPORT_BOUNDS.agent).describe('Name of the agent.'),
    version: z.string().max(REPORT_BOUNDS.version).optional().describe('Version of the agent.'),
    outcome: z.enum(OUTCOMES).describe('Loaded if a process has loaded the agent; or else what the others report.'),
    reason: reasonSchema.describe('Programmatic identifier of the reason.'),
    message: z.string().max(REPORT_BOUNDS.message).optional().describe('Human-readable details about the reason.'),
    loaded: processes.describe('Number of processes in which the agent was loaded.'),
    stoodBack: processes.describe('Number of processes that the agent left alone.'),
    failed: processes.describe('Number of processes in which the agent could not start.'),
    time: z.string().meta({ format: 'date-time', description: 'Time of the most recent report.' }),
  })
  .describe('Reports of the processes of one container about its agent.')
export type AgentObservation = z.infer<typeof agentObservationSchema>

const seenAt = (signal: string) =>
  z
    .string()
    .optional()
    .meta({ format: 'date-time', description: `Time at which ${signal} last arrived, exact to ten minutes.` })

export const lastSeenSchema = z
  .object({ traces: seenAt('spans'), metrics: seenAt('metrics'), logs: seenAt('logs') })
  .describe('Times at which telemetry of the workload last arrived.')
export type LastSeen = z.infer<typeof lastSeenSchema>

/** Why nothing arrives, each a reason of the closed list. */
export const CAUSES = [
  'AgentStoodBack',
  'SampledAway',
  'ServerNotInstrumented',
  'CollectorNotReached',
  'NoTraffic',
] as const
export const causeSchema = z.enum(CAUSES).describe('The most likely cause, if no telemetry has arrived.')
export type Cause = z.infer<typeof causeSchema>

export const trafficSchema = z
  .object({
    sharePercent: z
      .int()
      .min(0)
      .max(100)
      .describe('Percentage of the telemetry of all workloads, exact to five points.'),
    itemsPerSecond: z.int().min(0).describe('Spans, data points and log records per second, exact to a quarter.'),
  })
  .describe('Traffic of the workload, where it is a tenth of the telemetry of all workloads or more.')
export type Traffic = z.infer<typeof trafficSchema>
