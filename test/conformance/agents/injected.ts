/** The environment that the webhook gives a container, with the agent's folder in the place of its mount. */
import { AGENT_MOUNT_ROOT } from '../../../src/api/names.ts'
import type { FilesAgentName } from '../../../src/inject/agents/index.ts'
import { AGENT_DEFINITIONS } from '../../../src/inject/agents/index.ts'
import { alwaysOff } from '../../../src/inject/agents/library-switch.ts'

export type Environment = Readonly<Record<string, string>>

export interface Injection {
  /** The agent's folder on this machine. */
  folder: string
  /** Base address of the collector. */
  endpoint: string
  /** What the container has set itself. */
  user?: Environment
}

/** Made from the agent's definition, so that what is tested here is what pods get. */
export const injectedEnvironment = (agent: FilesAgentName, { folder, endpoint, user = {} }: Injection): Environment => {
  const { hook, env, libraries } = AGENT_DEFINITIONS[agent]
  const option = hook.addTo(user[hook.name] ?? '').replaceAll(`${AGENT_MOUNT_ROOT}/${agent}`, folder)
  return {
    ...Object.fromEntries([...env, ...alwaysOff(libraries)].map(({ name, value }) => [name, value])),
    OTEL_SERVICE_NAME: 'tested',
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    ...user,
    [hook.name]: option,
  }
}
