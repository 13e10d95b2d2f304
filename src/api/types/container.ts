/** One container in an InstrumentationConfig: the decision in the spec, the observation in the status. */
import { z } from 'zod'
import { shorten } from '../conditions.ts'
import { agentSchema, confidenceSchema, envVarSchema, languageSchema, libcSchema } from '../vocabulary.ts'
import { reasonSchema } from './condition-schema.ts'
import { measuredSchema } from './measured.ts'

/** Bounds of what the instrumentor shortens: characters of `message`, items of the lists. */
export const CONTAINER_BOUNDS = { message: 1024, runtimeEnv: 32, evidence: 20 } as const

/** A message as long as the schema allows. */
export const shortMessage = (text: string): string => shorten(text, CONTAINER_BOUNDS.message)

const containerName = z.string().min(1).max(63).describe('Name of the container.')

const variables = (max: { count: number; name: number; value: number }) =>
  z
    .array(envVarSchema(max))
    .max(max.count)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })

/**
 * Bounds of `settings`. Whatever one InstrumentationRule contains fits: 100 variables, the two of a sampler and one for
 * each of 100 libraries, whose names (of up to 100 characters) may be part of a variable's name, or be listed in its value.
 */
export const SETTINGS_BOUNDS = { count: 250, name: 160, value: 10_240 } as const

export const containerDecisionSchema = z
  .object({
    name: containerName,
    agent: agentSchema.optional(),
    reason: reasonSchema.describe('Programmatic identifier of the reason for the decision.'),
    message: z.string().max(CONTAINER_BOUNDS.message).default('').describe('Human-readable details about the reason.'),
    libc: libcSchema.optional().describe('C library of the process where that is musl, whose resolver differs.'),
    firstProcess: z
      .string()
      .max(1024)
      .optional()
      .describe(
        'Program of the container that must be process 1, so that the process namespace of the pod stays unshared.',
      ),
    executable: z.string().max(1024).optional().describe('Path of the executable that an eBPF agent attaches to.'),
    image: z
      .string()
      .max(1024)
      .optional()
      .describe('Image that the decision applies to, as referenced by the inspected pod.'),
    runtimeEnv: variables({ count: CONTAINER_BOUNDS.runtimeEnv, name: 128, value: 4096 }).describe(
      'Environment variables from the image or envFrom: OTEL_* and those that an agent extends, such as NODE_OPTIONS. Values that may be secret are empty.',
    ),
    measured: measuredSchema.optional(),
    settings: variables(SETTINGS_BOUNDS).describe('OTEL_* environment variables from InstrumentationRules.'),
  })
  .describe('Desired instrumentation of one container.')
export type ContainerDecision = z.infer<typeof containerDecisionSchema>

export const containerObservationSchema = z
  .object({
    name: containerName,
    language: languageSchema.optional(),
    runtimeVersion: z.string().max(100).optional().describe('Version of the runtime, for example 22.11.0.'),
    libc: libcSchema.optional(),
    confidence: confidenceSchema.optional(),
    evidence: z
      .array(z.string().max(300))
      .max(CONTAINER_BOUNDS.evidence)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .describe('Facts that the detection is based on, strongest first.'),
    imageID: z
      .string()
      .max(1024)
      .optional()
      .describe('Image ID of the inspected container, from the status of its pod.'),
    fingerprint: z
      .string()
      .max(100)
      .optional()
      .describe('Hashes of the command, arguments and environment of the inspected container.'),
  })
  .describe('Observed state of one container.')
export type ContainerObservation = z.infer<typeof containerObservationSchema>

/** Decision and observation of one container together. */
export interface KnownContainer extends ContainerDecision, Partial<ContainerObservation> {
  name: string
}

/** Separates image and fingerprint; neither the reference nor the ID of an image has one. */
const SEPARATOR = '#'

/** In the previous version, `image` held the image ID and the fingerprint in one. A reference has no `#`. */
const isPrint = (image: string | undefined): boolean => image?.includes(SEPARATOR) ?? false

const withoutPrint = ({ image, ...decision }: ContainerDecision): ContainerDecision =>
  image === undefined || isPrint(image) ? decision : { ...decision, image }

interface Containers {
  spec: { containers?: readonly ContainerDecision[] | undefined }
  status?: { containers?: readonly ContainerObservation[] | undefined } | undefined
}

/** The containers of an InstrumentationConfig in the order of its spec, each with its observation. */
export const knownContainers = ({ spec, status }: Containers): KnownContainer[] => {
  const observed = new Map((status?.containers ?? []).map((observation) => [observation.name, observation]))
  return (spec.containers ?? []).map((decision) => ({ ...observed.get(decision.name), ...withoutPrint(decision) }))
}

/** The part that belongs in the spec. */
export const decisionOf = (container: KnownContainer): ContainerDecision => {
  const { name, agent, reason, message, libc, executable, firstProcess, image, runtimeEnv, measured, settings } =
    container
  return {
    name,
    reason,
    message,
    ...(agent === undefined ? {} : { agent }),
    ...(libc === 'musl' ? { libc } : {}),
    ...(executable === undefined ? {} : { executable }),
    ...(firstProcess === undefined ? {} : { firstProcess }),
    ...(image === undefined ? {} : { image }),
    ...(runtimeEnv === undefined ? {} : { runtimeEnv }),
    ...(measured === undefined ? {} : { measured }),
    ...(settings === undefined ? {} : { settings }),
  }
}

/** The part that belongs in the status; undefined if nothing was observed. */
export const observationOf = (container: KnownContainer): ContainerObservation | undefined => {
  const { name, language, runtimeVersion, libc, confidence, evidence, imageID, fingerprint } = container
  const observation = { language, runtimeVersion, libc, confidence, evidence, imageID, fingerprint }
  const known = Object.entries(observation).filter(([, value]) => value !== undefined)
  return known.length === 0 ? undefined : { name, ...Object.fromEntries(known) }
}

/** Image ID and fingerprint in one, as they are compared. */
export const joinPrint = ({ imageID, fingerprint }: Partial<ContainerObservation>): string | undefined =>
  imageID === undefined || fingerprint === undefined ? undefined : `${imageID}${SEPARATOR}${fingerprint}`

/** The reverse of `joinPrint`. */
export const splitPrint = (print: string): Pick<ContainerObservation, 'imageID' | 'fingerprint'> => {
  const at = print.indexOf(SEPARATOR)
  return at < 0 ? {} : { imageID: print.slice(0, at), fingerprint: print.slice(at + 1) }
}

export const summarySchema = z
  .object({
    languages: z.string().max(2048).describe('Languages of the containers, or - if unknown.'),
    agents: z.string().max(2048).describe('Agents of the containers, or - if there is none.'),
    reasons: z.string().max(8192).describe('Reasons of the containers.'),
  })
  .describe('Values of all containers in order, separated by commas, printed by kubectl get.')
export type ContainersSummary = z.infer<typeof summarySchema>

/** The summary of a status, as text because `kubectl get` prints only the first value of a list. */
export const summarizeContainers = (containers: readonly KnownContainer[]): ContainersSummary => {
  const join = (valueOf: (container: KnownContainer) => string | undefined): string =>
    containers.map((container) => valueOf(container) ?? '-').join(', ')
  return {
    languages: join(({ language }) => language),
    agents: join(({ agent }) => agent),
    reasons: join(({ reason }) => reason),
  }
}
