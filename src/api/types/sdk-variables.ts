/** The OpenTelemetry variables on which decisions depend: what of them a detector may report, and which come first. */
import { SDK_VARIABLES } from '../names.ts'
import type { Language, Signal } from '../vocabulary.ts'
import { SIGNALS } from '../vocabulary.ts'

/** Settings of the OTLP exporter, each also with the name of a signal in between. */
const EXPORTER_SETTINGS = [
  'ENDPOINT',
  'PROTOCOL',
  'HEADERS',
  'COMPRESSION',
  'CERTIFICATE',
  'CLIENT_KEY',
  'INSECURE',
] as const
export type ExporterSetting = (typeof EXPORTER_SETTINGS)[number]

/** `OTEL_EXPORTER_OTLP_ENDPOINT`, or for a signal `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, which takes precedence. */
export const exporterVariable = (setting: ExporterSetting, signal?: Signal): string =>
  ['OTEL_EXPORTER_OTLP', signal?.toUpperCase(), setting].filter(Boolean).join('_')

/** All forms of one setting of the exporter. */
export const exporterVariables = (setting: ExporterSetting): string[] => [
  exporterVariable(setting),
  ...SIGNALS.map((signal) => exporterVariable(setting, signal)),
]

/** A variable with the value by which a user disables an SDK, or an agent for one language. */
export interface DisablingVariable {
  name: string
  value: string
  language?: Language
}

export const DISABLING_VARIABLES: readonly DisablingVariable[] = [
  { name: 'OTEL_SDK_DISABLED', value: 'true' },
  { name: 'OTEL_JAVAAGENT_ENABLED', value: 'false', language: 'java' },
  { name: 'OTEL_PYTHON_DISABLED_INSTRUMENTATIONS', value: '*', language: 'python' },
]
const DISABLING_NAMES = DISABLING_VARIABLES.map(({ name }) => name)

/** Configuration files. An SDK that is given one ignores all other variables. */
export const CONFIGURATION_FILES = ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE'] as const

export const PROPAGATORS = 'OTEL_PROPAGATORS'

/** Of these a detector reports the address alone: path, query and user can hold a secret. */
export const ENDPOINT_VARIABLES = exporterVariables('ENDPOINT')

/** Of these a detector reports the value, which is never secret. */
export const READ_VARIABLES: readonly string[] = [
  ...DISABLING_NAMES,
  ...CONFIGURATION_FILES,
  ...exporterVariables('PROTOCOL'),
  ...SIGNALS.map((signal) => SDK_VARIABLES[signal]),
  SDK_VARIABLES.serviceName,
  SDK_VARIABLES.resourceAttributes,
  SDK_VARIABLES.sampler,
  SDK_VARIABLES.samplerArgument,
  PROPAGATORS,
  ...exporterVariables('COMPRESSION'),
]

/** Variables that decisions need, most important first: a report has room for a limited number. */
const RANKED: readonly string[] = [
  ...DISABLING_NAMES,
  ...CONFIGURATION_FILES,
  ...ENDPOINT_VARIABLES,
  ...exporterVariables('HEADERS'),
  ...READ_VARIABLES,
]

const rankOf = (name: string): number => {
  const index = RANKED.indexOf(name)
  return index < 0 ? RANKED.length : index
}

/** The names in order of their importance, others last and by name. */
export const byImportance = (names: readonly string[]): string[] =>
  names.toSorted((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
