import type { Container, Pod } from '../../api/kubernetes.ts'
import type { ContainerDecision } from '../../api/kinds/instrumentation-config.ts'

/** Variables that only another vendor's agent sets. */
const MARKING_VARIABLES: Record<string, string> = {
  DD_INJECTION_ENABLED: 'Datadog',
  DD_TRACE_AGENT_URL: 'Datadog',
  NEW_RELIC_CONFIG_FILE: 'New Relic',
  DT_DYNAMIZER_TARGET_EXE: 'Dynatrace',
  APPDYNAMICS_CONTROLLER_HOST_NAME: 'AppDynamics',
}

/** Variables that load code into a process. */
const LOADING_VARIABLES = new Set([
  'NODE_OPTIONS',
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'JAVA_OPTS',
  'CATALINA_OPTS',
  'PYTHONPATH',
  'RUBYOPT',
  'LD_PRELOAD',
  'DOTNET_STARTUP_HOOKS',
])

/** File and package names of agents, as they stand in the variables above or after an option that loads them. */
const AGENT_FILES: readonly (readonly [RegExp, string])[] = [
  [/dd-java-agent|dd-trace|ddtrace|datadog/, 'Datadog'],
  [/newrelic/, 'New Relic'],
  [/elastic-apm|elasticapm/, 'Elastic APM'],
  [/appdynamics/, 'AppDynamics'],
  [/instana/, 'Instana'],
  [/dynatrace|liboneagent/, 'Dynatrace'],
  [/skywalking/, 'SkyWalking'],
  [/pinpoint-bootstrap/, 'Pinpoint'],
  [/applicationinsights/, 'Application Insights'],
  [/contrast-?agent|contrast\.jar/, 'Contrast'],
  [
    /opentelemetry-javaagent|auto-instrumentations-node|splunk-otel|@splunk\/otel|aws-opentelemetry-agent/,
    'OpenTelemetry',
  ],
  [/grafana-opentelemetry|otel-auto-instrumentation|opentelemetry-instrument/, 'OpenTelemetry'],
]

/** Options and programs that load an agent from a command line; other words of a command line prove nothing. */
const LOADING_ARGUMENTS =
  /-javaagent:\S+|(?:--require|--import|-r)[= ]\S+|ddtrace-run|newrelic-admin|elasticapm-run|opentelemetry-instrument/g

/** Annotations by which other admission webhooks are told to add an agent. */
const WEBHOOK_ANNOTATIONS: readonly (readonly [RegExp, string])[] = [
  [/^instrumentation\.opentelemetry\.io\/inject-/, 'the OpenTelemetry Operator'],
  [/^admission\.datadoghq\.com\/[a-z]+-lib\.(?:custom-image|version)$/, 'Datadog'],
  [/^oneagent\.dynatrace\.com\/inject$/, 'Dynatrace'],
]

const agentIn = (text: string): string | undefined => AGENT_FILES.find(([pattern]) => pattern.test(text))?.[1]

const inEnvironment = (
  env: readonly { name: string; value?: string }[],
): { agent: string; from: string } | undefined => {
  for (const { name, value = '' } of env) {
    const agent = Object.hasOwn(MARKING_VARIABLES, name) ? MARKING_VARIABLES[name] : undefined
    const loaded = agent ?? (LOADING_VARIABLES.has(name) ? agentIn(value ?? '') : undefined)
    if (loaded) return { agent: loaded, from: `variable ${name}` }
  }
  return undefined
}

const inCommand = ({ command, args }: Container): { agent: string; from: string } | undefined => {
  const loading = [...(command ?? []), ...(args ?? [])].join(' ').match(LOADING_ARGUMENTS)
  const agent = loading ? agentIn(loading.join(' ')) : undefined
  return agent === undefined ? undefined : { agent, from: 'command line' }
}

const inAnnotations = (annotations: Record<string, string>): { agent: string; from: string } | undefined => {
  for (const [name, value] of Object.entries(annotations)) {
    const agent = value === 'false' ? undefined : WEBHOOK_ANNOTATIONS.find(([pattern]) => pattern.test(name))?.[1]
    if (agent) return { agent, from: `pod annotation ${name}` }
  }
  return undefined
}

/** Another agent that is in the container or will be put there, and where that is seen. */
export const findOtherAgent = (
  pod: Pod,
  container: Container,
  decision: ContainerDecision,
): { agent: string; from: string } | undefined =>
  inEnvironment([...(container.env ?? []), ...(decision.runtimeEnv ?? [])]) ??
  inCommand(container) ??
  inAnnotations(pod.metadata?.annotations ?? {})
