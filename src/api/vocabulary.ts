import { z } from 'zod'
import { AGENTS } from './agents/agents.generated.ts'

/** Types of telemetry, and other enums and fields that several kinds share. */
export const SIGNALS = ['traces', 'metrics', 'logs'] as const
export const signalSchema = z.enum(SIGNALS).describe('Type of telemetry.')
export type Signal = z.infer<typeof signalSchema>

/** Languages that can be detected. `native` is compiled code other than Go (Rust, C, C++ …). */
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
export const languageSchema = z.enum(LANGUAGES).describe('Language or runtime of the container.')
export type Language = z.infer<typeof languageSchema>

/** The existing agents; each is one file in src/inject/agents, one folder in agents/ and one image. */
export { AGENTS }
export const agentSchema = z.enum(AGENTS).describe('Agent that instruments the container.')
export type Agent = z.infer<typeof agentSchema>

const LIBCS = ['glibc', 'musl', 'none'] as const
export const libcSchema = z.enum(LIBCS).describe('C library of the process; none for a static binary.')
export type Libc = z.infer<typeof libcSchema>

const CONFIDENCES = ['high', 'medium', 'low'] as const
export const confidenceSchema = z.enum(CONFIDENCES).describe('Confidence of the detection.')

/** Pod Security levels of Kubernetes, from the least to the most restrictive. */
export const POD_SECURITY_LEVELS = ['privileged', 'baseline', 'restricted'] as const
export type PodSecurityLevel = (typeof POD_SECURITY_LEVELS)[number]

export const nameSchema = z.string().min(1).max(253)

/** Of an object (RFC 1123 subdomain), where the name becomes part of a path, so that `..` must not pass. */
export const OBJECT_NAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/

/**
 * Name of a namespace or container in a list of the user, who may expect wildcards to have an effect. Only the API server refuses them:
 * settings that are stored already stay valid.
 */
export const listedNameSchema = nameSchema.meta({
  'x-kubernetes-validations': [
    {
      rule: "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
      message: 'must be a name in lower case; wildcards are not supported',
    },
  ],
})

/** Fields of every kind that users create. */
export const displayFields = {
  displayName: z.string().max(200).optional().describe('Human-readable name. Defaults to the name of the object.'),
}

/** One line for `kubectl get`, which prints lists as JSON. */
export const joinSignals = (signals: readonly Signal[]): string => signals.join(', ')

/** An environment variable with bounds for the lengths of its name and value. */
export const envVarSchema = ({ name, value }: { name: number; value: number }) =>
  z
    .object({
      name: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
        .max(name)
        .describe('Name of the environment variable.'),
      value: z.string().max(value).describe('Value of the environment variable.'),
    })
    .describe('Environment variable with a literal value.')
