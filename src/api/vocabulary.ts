import { z } from 'zod'
import { AGENTS } from './agents/agents.generated.ts'
import { WORKLOAD_KIND_NAMES } from './workload-kinds.ts'

/** Words that several kinds share. */
export const SIGNALS = ['traces', 'metrics', 'logs'] as const
export const signalSchema = z.enum(SIGNALS).describe('A kind of telemetry.')
export type Signal = z.infer<typeof signalSchema>

/** What a container can be found to run. `native` is compiled code that is not Go (Rust, C, C++ …). */
export const LANGUAGES = [
  'nodejs',
  'python',
  'java',
  'go',
  'dotnet',
  'ruby',
  'php',
  'native',
  'bun',
  'deno',
  'erlang',
  'infrastructure',
] as const
export const languageSchema = z.enum(LANGUAGES).describe('What the container runs.')
export type Language = z.infer<typeof languageSchema>

/** The agents that there are; each is one file in src/inject/agents, one folder in agents/ and one image. */
export { AGENTS }
export const agentSchema = z.enum(AGENTS).describe('The agent that instruments the container.')
export type Agent = z.infer<typeof agentSchema>

export const LIBCS = ['glibc', 'musl', 'none'] as const
export const libcSchema = z.enum(LIBCS).describe('The C library of the process; none for a static binary.')
export type Libc = z.infer<typeof libcSchema>

export const CONFIDENCES = ['high', 'medium', 'low'] as const
export const confidenceSchema = z.enum(CONFIDENCES).describe('How sure the detection is.')

/** Pod Security levels of Kubernetes, the most lenient first. */
export const POD_SECURITY_LEVELS = ['privileged', 'baseline', 'restricted'] as const
export type PodSecurityLevel = (typeof POD_SECURITY_LEVELS)[number]

export const nameSchema = z.string().min(1).max(253)

/** Resource sizes of collectors; 1 MiB = 2^20 bytes, 1,000 millicores = one CPU. */
export const sizeSchema = z
  .object({
    memoryLimitMiB: z.int().min(64).max(65_536).describe('Memory limit and request of one collector, in MiB.'),
    cpuRequestMillicores: z.int().min(10).max(64_000).describe('CPU request of one collector, in millicores.'),
  })
  .describe('Size of one collector. The CPU has no limit, because throttling a collector loses data.')
export type CollectorSize = z.infer<typeof sizeSchema>

export const replicasSchema = z
  .object({
    min: z.int().min(1).max(100).describe('Fewest replicas.'),
    max: z.int().min(1).max(100).describe('Most replicas.'),
  })
  .meta({ 'x-kubernetes-validations': [{ rule: 'self.min <= self.max', message: 'min must not exceed max' }] })
  .describe('How far a gateway may scale.')

/** Which workloads something applies to. An empty list means all. */
export const workloadSelectorSchema = z
  .object({
    namespaces: z.array(nameSchema).max(100).optional().describe('Only these namespaces.'),
    workloads: z
      .array(
        z.object({
          kind: z.enum(WORKLOAD_KIND_NAMES).describe('Kind of the workload.'),
          name: nameSchema.describe('Name of the workload.'),
          namespace: nameSchema.describe('Namespace of the workload.'),
        }),
      )
      .max(500)
      .optional()
      .describe('Only these workloads.'),
    languages: z.array(languageSchema).max(20).optional().describe('Only containers of these languages.'),
  })
  .describe('Any of each list, and all lists; a list that is left out selects everything.')
export type WorkloadSelector = z.infer<typeof workloadSelectorSchema>

export const envVarSchema = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .max(128)
    .describe('Name of the environment variable.'),
  value: z.string().max(4096).describe('Its value.'),
})
