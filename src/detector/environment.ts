import { AGENT_MOUNT_ROOT } from '../api/names.ts'

/** Variables that tell a version or an option; their values are read. */
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

/** Variables that an agent appends to, so that the value of the image or of envFrom must be known. */
const APPENDED_VARIABLES = ['NODE_OPTIONS', 'JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', 'PYTHONPATH'] as const

/** Variables of other agents; only that they are there is kept, never what they hold. */
export const PRESENCE_VARIABLES = [
  'DD_INJECTION_ENABLED',
  'DD_TRACE_AGENT_URL',
  'NEW_RELIC_CONFIG_FILE',
  'DT_DYNAMIZER_TARGET_EXE',
  'APPDYNAMICS_CONTROLLER_HOST_NAME',
] as const

const kept = new Set<string>([...VALUE_VARIABLES, ...APPENDED_VARIABLES])
const present = new Set<string>(PRESENCE_VARIABLES)

/** The allow-listed part of an environment (`NAME=value` strings); everything else can be a secret and is dropped. */
export const allowedEnvironment = (entries: readonly string[]): Record<string, string> => {
  const env: Record<string, string> = {}
  for (const entry of entries) {
    const equals = entry.indexOf('=')
    const name = entry.slice(0, equals)
    if (kept.has(name)) env[name] = entry.slice(equals + 1)
    else if (present.has(name)) env[name] = 'present'
  }
  return env
}

const isOurs = (text: string): boolean => text.includes(`${AGENT_MOUNT_ROOT}/`)

/** The value without what an agent of ours has added to it; '' where nothing else was in it. */
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

const without = (parts: string[], isUnwanted: (part: string) => boolean): string[] =>
  parts.filter((part) => !isUnwanted(part))

/** Values of the variables that agents append to, as the container had them before any agent of ours. */
export const runtimeEnvironment = (env: Record<string, string>): { name: string; value: string }[] =>
  APPENDED_VARIABLES.flatMap((name) => {
    const value = withoutOurs(name, env[name] ?? '')
    return value === '' ? [] : [{ name, value }]
  })
