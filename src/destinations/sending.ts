/** Retries and compression, which are settings of Destinations of all types whose exporters know them. */
import type { Compression } from '../api/destinations/sending.ts'
import type { DestinationSpec } from '../api/kinds/destination.ts'
import type { Problem } from './fields.ts'
import { problem } from './fields.ts'
import type { CatalogueEntry, CatalogueExporter } from './schema.ts'

type Config = Record<string, unknown>

const VALUES: Readonly<Record<Compression, string>> = { Gzip: 'gzip', Zstd: 'zstd', None: 'none' }

const asRecord = (value: unknown): Config => (typeof value === 'object' && value !== null ? (value as Config) : {})

const atTop = (config: Config, compression: string): Config => ({ ...config, compression })

/** Where an exporter has all of them. Others have some, under names of their own, or none. */
const WRITERS: Readonly<Record<string, (config: Config, compression: string) => Config>> = {
  otlp_grpc: atTop,
  otlp_http: atTop,
  kafka: (config, compression) => ({ ...config, producer: { ...asRecord(config['producer']), compression } }),
}

/** The configuration of an exporter, with the compression that the Destination asks for. */
export const withCompression = (type: string, config: Config, compression: Compression | undefined): Config =>
  compression === undefined ? config : (WRITERS[type]?.(config, VALUES[compression]) ?? config)

export const canRetry = ({ queue, retry }: CatalogueExporter): boolean => retry ?? queue

const isUsed = ({ signals }: CatalogueExporter, spec: DestinationSpec): boolean =>
  signals === undefined || spec.signals.some((signal) => signals.includes(signal))

/** Settings that an exporter of the type would ignore, or not start with. */
export const sendingProblems = (spec: DestinationSpec, { displayName, exporters }: CatalogueEntry): Problem[] => {
  const used = exporters.filter((exporter) => isUsed(exporter, spec))
  const hasNo = (setting: string): Problem =>
    problem('UnsupportedSetting', `${displayName} has no setting for ${setting}`)
  return [
    ...(spec.retry?.maxElapsedSeconds !== undefined && !used.every(canRetry) ? [hasNo('retry.maxElapsedSeconds')] : []),
    ...(spec.compression !== undefined && !used.every(({ type }) => type in WRITERS) ? [hasNo('compression')] : []),
  ]
}
