import { APPENDED_VARIABLES } from '../api/agents/agents.generated.ts'
import { MARKING_VARIABLES } from '../api/agents/foreign-agents.ts'
import { byImportance, ENDPOINT_VARIABLES, READ_VARIABLES } from '../api/types/sdk-variables.ts'
import { AGENT_MOUNT_ROOT, SDK_PREFIX } from '../api/names.ts'

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

/** Of all other OpenTelemetry variables, such as OTEL_EXPORTER_OTLP_HEADERS, only the name is kept. */
const SDK_NAME = new RegExp(`^${SDK_PREFIX}[A-Z0-9_]{1,90}$`)
/** Maximum number of OpenTelemetry variables reported: they must fit into a message of 4,096 bytes. */
const MAX_SDK_NAMES = 30

const kept = new Set<string>([...VALUE_VARIABLES, ...APPENDED_VARIABLES, ...READ_VARIABLES])
const endpoints = new Set<string>(ENDPOINT_VARIABLES)
/** Other agents' variables, of which only the existence is kept, never the value. */
const present = new Set<string>(MARKING_VARIABLES)

/**
 * Variables that Kubernetes sets in every container for each Service of the namespace (service links): a Service named
 * `otel-collector` yields 14 of them with our prefix, which nobody has set for an SDK.
 */
const isServiceLink = (name: string, value: string): boolean =>
  /_SERVICE_HOST$|_SERVICE_PORT(?:_[A-Z0-9_]+)?$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_PROTO|_PORT|_ADDR)?$/.test(name) ||
  (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value))

/** Scheme, host and port of an endpoint; '' for one with credentials. */
const addressOf = (endpoint: string): string =>
  endpoint.includes('@') ? '' : (/^\s*((?:[a-z]+:\/\/)?[^/?#\s]+)/i.exec(endpoint)?.[1] ?? '')

/** What is kept of an OpenTelemetry variable. SDKs treat an empty value as an absent variable. */
const keptOfSdk = (name: string, value: string): string | undefined => {
  if (!SDK_NAME.test(name) || value.trim() === '' || isServiceLink(name, value)) return undefined
  if (endpoints.has(name)) return addressOf(value)
  return kept.has(name) ? value : ''
}

const keptOf = (name: string, value: string): string | undefined => {
  if (name.startsWith(SDK_PREFIX)) return keptOfSdk(name, value)
  if (kept.has(name)) return value
  return present.has(name) ? 'present' : undefined
}

/** The allow-listed part of an environment (`NAME=value` strings). Anything else may be a secret and is dropped. */
export const allowedEnvironment = (entries: readonly string[]): Record<string, string> => {
  const env: Record<string, string> = {}
  for (const entry of entries) {
    const equals = entry.indexOf('=')
    const name = entry.slice(0, equals)
    const value = keptOf(name, entry.slice(equals + 1))
    if (value !== undefined) env[name] = value
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
 * The variables that agents append to, without additions of Odigos' agents, and those of OpenTelemetry, the most important
 * first. Of the latter some may be ours: only the pod reveals who set them.
 */
export const runtimeEnvironment = (env: Record<string, string>): { name: string; value: string }[] => {
  const appended = APPENDED_VARIABLES.flatMap((name) => {
    const value = withoutOurs(name, env[name] ?? '')
    return value === '' ? [] : [{ name, value }]
  })
  const named = byImportance(Object.keys(env).filter((name) => SDK_NAME.test(name))).slice(0, MAX_SDK_NAMES)
  return [...appended, ...named.map((name) => ({ name, value: env[name] ?? '' }))]
}
