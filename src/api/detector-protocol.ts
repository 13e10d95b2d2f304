/**
 * The protocol between the instrumentor and a detector pod: targets are passed as an environment variable, reports are
 * returned as termination messages.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import { z } from 'zod'
import { measuredSchema } from './types/measured.ts'
import { confidenceSchema, languageSchema, libcSchema } from './vocabulary.ts'

/** Name of the environment variable with the targets, as JSON. */
export const TARGETS_VARIABLE = 'TARGETS'

/**
 * The kubelet keeps 4,096 bytes of each container's message and 12 KiB for a pod, divided by its number of containers
 * (MaxContainerTerminationMessageLength and MaxPodTerminationMessageLogLength in pkg/kubelet/container/runtime.go).
 */
export const MAX_MESSAGE_BYTES = 4096
export const MAX_MESSAGES_PER_POD = 3

/** Possible results of the detection of a container. */
export const DETECTION_REASONS = [
  'Detected',
  'StillStarting',
  'DetectionFailed',
  'Ambiguous',
  'Infrastructure',
  'NotSupported',
  'RuntimeNotSupported',
  'OtherAgent',
  'OwnSdk',
  'GoProgramUnreadable',
] as const
export type DetectionReason = (typeof DETECTION_REASONS)[number]

export const containerDetectionSchema = z.object({
  name: z.string(),
  reason: z.enum(DETECTION_REASONS),
  message: z.string().default(''),
  language: languageSchema.optional(),
  runtimeVersion: z.string().optional(),
  libc: libcSchema.optional(),
  confidence: confidenceSchema.optional(),
  evidence: z.array(z.string()).default([]),
  executable: z.string().optional(),
  firstProcess: z.string().optional(),
  runtimeEnv: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  measured: measuredSchema.omit({ withAgent: true }).optional().catch(undefined),
})
/** The detection of one container; `evidence` is strongest first and ends in `…` if it was truncated. */
export interface ContainerDetection extends z.infer<typeof containerDetectionSchema> {}

export const detectorTargetsSchema = z.array(
  z.object({
    /** Identifies the target to the instrumentor; the detector reports its position in the list instead. */
    key: z.string(),
    podUid: z.string(),
    containers: z.array(z.object({ name: z.string(), containerId: z.string() })),
  }),
)
/** A pod to inspect; `containerId` is the ID of the runtime, 64 hexadecimal digits. */
export type DetectorTarget = z.infer<typeof detectorTargetsSchema>[number]

const reportSchema = z.object({
  answers: z.array(z.object({ target: z.int(), containers: z.array(containerDetectionSchema) })),
  /** Targets that were inspected, but whose detections did not fit into the message. */
  overflow: z.array(z.int()).default([]),
})
/** Detections by the position of their target in the list of targets. */
export type DetectorReport = z.infer<typeof reportSchema>

/** A message that is not plain JSON starts with this. */
const COMPRESSED = 'br:'

const escapeCharacter = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** One message in ASCII: readable JSON if that fits, else the same compressed. */
export const encodeReport = (report: DetectorReport): string => {
  const json = JSON.stringify(report).replace(/[\u007f-\uffff]/g, escapeCharacter)
  if (json.length <= MAX_MESSAGE_BYTES) return json
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT }
  return COMPRESSED + brotliCompressSync(Buffer.from(json), { params }).toString('base64')
}

/** Maximum size of a decompressed report: a hostile message must not exhaust the memory of the instrumentor. */
const MAX_REPORT_BYTES = 1024 * 1024

const decompress = (base64: string): string =>
  brotliDecompressSync(Buffer.from(base64, 'base64'), { maxOutputLength: MAX_REPORT_BYTES }).toString()

/** The report, or undefined if the message is not one: truncated, empty, or written by another program. */
export const decodeReport = (message: string): DetectorReport | undefined => {
  try {
    const json = message.startsWith(COMPRESSED) ? decompress(message.slice(COMPRESSED.length)) : message
    return reportSchema.parse(JSON.parse(json))
  } catch {
    return undefined
  }
}
