import { APPENDED_VARIABLES } from '../api/agents/agents.generated.ts'
import { MARKING_VARIABLES } from '../api/agents/foreign-agents.ts'
import { AGENT_MOUNT_ROOT, SDK_PREFIX, SDK_VARIABLES } from '../api/names.ts'

/** Variables with a version or an option, whose values are read. */
const VALUE_VARIABLES = [
  'NODE_VERSION',
  'PYTHON_VERSION',
  'JAVA_VERSION',
  'JAVA_HOME',
  'PHP_VERSION',
  'RUBY_VERSION',
  'DOTNET_VERSION',
  'ASPNET_VERSION',
  'DENO_VERSION',
  'VIRTUAL_ENV',
  'pm_exec_path',
  'CORECLR_PROFILER',
  'LD_PRELOAD',
  'RUBYOPT',
] as const

/** OpenTelemetry variables without secrets; of others, such as OTEL_EXPORTER_OTLP_HEADERS, only the name is kept. */
const READ_SDK_VARIABLES = [
  SDK_VARIABLES.serviceName,
  SDK_VARIABLES.resourceAttributes,
  SDK_VARIABLES.sampler,
  SDK_VARIABLES.samplerArgument,
] as const
const SDK_NAME = new RegExp(`^${SDK_PREFIX}[A-Z0-9_]{1,90}$`)
/** Maximum number of names reported without a value: they must fit into a message of 4,096 bytes. */
const MAX_SDK_NAMES = 30

const kept = new Set<string>([...VALUE_VARIABLES, ...APPENDED_VARIABLES, ...READ_SDK_VARIABLES])
/** Other agents' variables, of which only the existence is kept, never the value. */
const present = new Set<string>(MARKING_VARIABLES)

/** The allow-listed part of an environment (`NAME=value` strings). Anything else may be a secret and is dropped. */
export const allowedEnvironment = (entries: readonly string[]): Record<string, string> => {
  const env: Record<string, string> = {}
  for (const entry of entries) {
    const equals = entry.indexOf('=')
    const name = entry.slice(0, equals)
    if (kept.has(name)) env[name] = entry.slice(equals + 1)
    else if (present.has(name)) env[name] = 'present'
    else if (SDK_NAME.test(name)) env[name] = ''
  }
  return env
}

const isOurs = (text: string): boolean => text.includes(`${AGENT_MOUNT_ROOT}/`)

const without = (parts: string[], isUnwanted: (part: string) => boolean): string[] =>
  parts.filter((part) => !isUnwanted(part))

/** The value without additions of Odigos' agents; '' if nothing else is left. */
export const withoutOurs = (name: string, value: string): string => {
  if (!isOurs(value)) return value
  if (name === 'PYTHONPATH') return without(value.split(':'), isOurs).join(':')
  const words = value.split(' ')
  // `--require /var/odigos/x` is two words: the flag goes with the path that follows it.
  return words
    .filter((word, i) => !isOurs(word) && !(/^(-r|--require|--import)$/.test(word) && isOurs(words[i + 1] ?? '')))
    .join(' ')
    .trim()
}

/**
 * The variables that agents append to, without additions of Odigos' agents, and those of OpenTelemetry, including ones
 * that Odigos set: only the pod reveals who set them.
 */
export const runtimeEnvironment = (env: Record<string, string>): { name: string; value: string }[] => {
  const appended = APPENDED_VARIABLES.flatMap((name) => {
    const value = withoutOurs(name, env[name] ?? '')
    return value === '' ? [] : [{ name, value }]
  })
  const valued = READ_SDK_VARIABLES.flatMap((name) => (env[name] === undefined ? [] : [{ name, value: env[name] }]))
  const named = Object.keys(env)
    .filter((name) => SDK_NAME.test(name) && !kept.has(name))
    .toSorted()
    .slice(0, MAX_SDK_NAMES)
  return [...appended, ...valued, ...named.map((name) => ({ name, value: '' }))]
}
