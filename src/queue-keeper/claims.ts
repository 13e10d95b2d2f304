/** Which files of queues a collector's configuration claims: the names that exporters give them in file_storage. */
import { createHash } from 'node:crypto'

/** The parts of a collector's configuration that say so. */
export interface QueueConfig {
  exporters?: Record<string, { sending_queue?: { storage?: unknown } | null } | null>
  service?: { pipelines?: Record<string, { exporters?: readonly string[] }> }
}

export interface Claim {
  /** For example `otlp_http/backend-0123456789`. */
  exporter: string
  signal: string
}

/** As file_storage names a file (extension.go, `sanitize`). */
const sanitized = (name: string): string =>
  Array.from(name)
    .map((character) =>
      /[A-Za-z0-9._-]/.test(character)
        ? character
        : `~${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
    )
    .join('')

/** Longer names than a file may have are replaced by their hash. */
const MAX_FILE_NAME = 255

const fileOf = ({ exporter, signal }: Claim): string => {
  const [type = '', ...name] = exporter.split('/')
  const file = sanitized(`exporter_${type}_${name.join('/')}_${signal}`)
  return file.length > MAX_FILE_NAME ? createHash('sha256').update(file).digest('hex') : file
}

/** Whether a file is one of a queue, claimed or not, or what was left of one. */
export const isQueueFile = (file: string): boolean => /^(exporter_|[0-9a-f]{64}(\.|$))/.test(file)

/** The queue that a file is or was a copy of. */
export const queueOf = (file: string): string => file.replace(/\.(damaged|salvaged|[0-9T:.-]+\.backup)$/, '')

/** Claims of all exporters with a queue on disk, by the name of the file. */
export const claimsOf = ({ exporters = {}, service }: QueueConfig): Map<string, Claim> => {
  const claims = Object.entries(service?.pipelines ?? {}).flatMap(([pipeline, { exporters: names = [] }]) =>
    names
      .filter((exporter) => exporters[exporter]?.sending_queue?.storage !== undefined)
      .map((exporter) => ({ exporter, signal: pipeline.split('/')[0] ?? '' })),
  )
  return new Map(claims.map((claim) => [fileOf(claim), claim]))
}
