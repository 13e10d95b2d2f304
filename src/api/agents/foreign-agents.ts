/**
 * Agents of other vendors, so that no process gets two: one table for the detector, the webhook and the boot files of our
 * own agents. All words are literal and compared in lower case.
 */

/** Languages whose boot files detect other agents themselves. */
export type BootLanguage = 'nodejs' | 'python'

export interface ForeignAgent {
  /** Name in messages. */
  vendor: string
  /** Variables that only this agent sets. */
  variables?: readonly string[]
  /** Parts of the names of its files and packages, as they appear in options that load code. */
  files?: readonly string[]
  /** Further parts, which the boot file of the language checks, too. */
  filesOf?: Readonly<Partial<Record<BootLanguage, readonly string[]>>>
  /** Programs that start an application with the agent. */
  programs?: readonly string[]
  /** Prefixes of the names of shared libraries that it maps into a process. */
  libraries?: readonly string[]
  /** Class ID of its .NET profiler. */
  profiler?: string
  /** npm packages with which an application includes it. */
  npmPackages?: readonly string[]
  /** Prefixes of the Go modules, as `path@version`, with which a program includes it. */
  goModules?: readonly string[]
  /** Pod annotations with which its own admission webhook adds it. */
  annotations?: RegExp
}

export const FOREIGN_AGENTS: readonly ForeignAgent[] = [
  {
    vendor: 'Datadog',
    variables: ['DD_INJECTION_ENABLED', 'DD_TRACE_AGENT_URL'],
    files: ['dd-java-agent', 'datadog'],
    filesOf: { nodejs: ['dd-trace'], python: ['ddtrace'] },
    programs: ['ddtrace-run'],
    libraries: ['ddtrace'],
    profiler: '846F5F1C-F9AE-4B07-969E-05C26BC060D8',
    npmPackages: ['dd-trace'],
    goModules: ['gopkg.in/DataDog/dd-trace-go.v1@', 'github.com/DataDog/dd-trace-go/v2@'],
    annotations: /^admission\.datadoghq\.com\/[a-z]+-lib\.(?:custom-image|version)$/,
  },
  {
    vendor: 'New Relic',
    variables: ['NEW_RELIC_CONFIG_FILE'],
    filesOf: { nodejs: ['newrelic'], python: ['newrelic'] },
    programs: ['newrelic-admin'],
    libraries: ['newrelic'],
    profiler: '36032161-FFC0-4B61-B559-F6C5D41BAE5A',
    npmPackages: ['newrelic'],
    goModules: ['github.com/newrelic/go-agent'],
  },
  {
    vendor: 'Elastic APM',
    files: ['elastic-apm'],
    filesOf: { nodejs: ['elastic-apm-node', '@elastic/opentelemetry-node'], python: ['elasticapm'] },
    programs: ['elasticapm-run'],
    npmPackages: ['elastic-apm-node', '@elastic/opentelemetry-node'],
    goModules: ['go.elastic.co/apm'],
  },
  {
    vendor: 'AppDynamics',
    variables: ['APPDYNAMICS_CONTROLLER_HOST_NAME'],
    files: ['AppServerAgent'],
    filesOf: { nodejs: ['appdynamics'], python: ['appdynamics'] },
  },
  { vendor: 'Instana', files: ['instana'], filesOf: { nodejs: ['@instana/'] }, npmPackages: ['@instana/collector'] },
  {
    vendor: 'Dynatrace',
    variables: ['DT_DYNAMIZER_TARGET_EXE'],
    files: ['liboneagent'],
    filesOf: { nodejs: ['dynatrace'] },
    libraries: ['liboneagent'],
    annotations: /^oneagent\.dynatrace\.com\/inject$/,
  },
  { vendor: 'SkyWalking', files: ['skywalking'] },
  { vendor: 'Pinpoint', files: ['pinpoint-bootstrap'] },
  {
    vendor: 'Application Insights',
    filesOf: { nodejs: ['applicationinsights'] },
    npmPackages: ['applicationinsights', '@azure/monitor-opentelemetry'],
  },
  { vendor: 'Contrast', files: ['contrast-agent', 'contrastagent', 'contrast.jar', '/contrast/'] },
  { vendor: 'Site24x7', files: ['libapminsight'] },
  {
    vendor: 'Sentry',
    filesOf: { nodejs: ['@sentry/'] },
    npmPackages: ['@sentry/nestjs', '@sentry/nextjs', '@sentry/node'],
  },
  { vendor: 'AppSignal', filesOf: { nodejs: ['@appsignal/'] }, npmPackages: ['@appsignal/nodejs'] },
  { vendor: 'Honeycomb', npmPackages: ['@honeycombio/opentelemetry-node'] },
  { vendor: 'Vercel', npmPackages: ['@vercel/otel'] },
  {
    vendor: 'Splunk',
    files: ['splunk-otel'],
    filesOf: { nodejs: ['@splunk/otel'], python: ['splunk-py-trace'] },
    programs: ['splunk-py-trace'],
    npmPackages: ['@splunk/otel'],
  },
  {
    vendor: 'OpenTelemetry',
    files: ['opentelemetry-javaagent', 'grafana-opentelemetry', 'aws-opentelemetry-agent', 'otel-auto-instrumentation'],
    filesOf: {
      nodejs: ['auto-instrumentations-node'],
      python: ['opentelemetry-instrument', 'opentelemetry/instrumentation'],
    },
    programs: ['opentelemetry-instrument'],
    npmPackages: [
      '@opentelemetry/auto-instrumentations-node',
      '@opentelemetry/sdk-node',
      '@opentelemetry/sdk-trace-node',
    ],
    goModules: ['go.opentelemetry.io/otel/sdk@'],
  },
  { vendor: 'the OpenTelemetry Operator', annotations: /^instrumentation\.opentelemetry\.io\/inject-/ },
]

/** Variables that load code into a process. */
export const LOADING_VARIABLES = [
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'JAVA_OPTS',
  'CATALINA_OPTS',
  'NODE_OPTIONS',
  'PYTHONPATH',
  'RUBYOPT',
  'LD_PRELOAD',
  'DOTNET_STARTUP_HOOKS',
] as const

/** Variables whose presence reveals an agent; their values can be secret. */
export const MARKING_VARIABLES: readonly string[] = FOREIGN_AGENTS.flatMap(({ variables = [] }) => variables)

type Word = readonly [word: string, vendor: string]

const wordsOf = (select: (agent: ForeignAgent) => readonly string[]): readonly Word[] =>
  FOREIGN_AGENTS.flatMap((agent) => select(agent).map((word): Word => [word.toLowerCase(), agent.vendor]))

const FILES = wordsOf(({ files = [], filesOf = {} }) => [...files, ...Object.values(filesOf).flat()])
const PROGRAMS = wordsOf(({ programs = [] }) => programs)

const vendorOf = (text: string, words: readonly Word[]): string | undefined => {
  const lower = text.toLowerCase()
  return words.find(([word]) => lower.includes(word))?.[1]
}

/** The vendor of the agent that a variable reveals. Its value is only considered if the variable loads code. */
export const agentOfVariable = (name: string, value: string): string | undefined => {
  const marked = FOREIGN_AGENTS.find(({ variables }) => variables?.includes(name))
  if (marked) return marked.vendor
  return (LOADING_VARIABLES as readonly string[]).includes(name) ? vendorOf(value, FILES) : undefined
}

/** Options that load an agent; other words of a command line are no proof. */
const LOADING_OPTIONS = /(?<![\w-])(?:-javaagent:\S+|(?:--require|--import|-r)[= ]\S+)/g

/** The vendor of the agent that a command line loads. */
export const agentOfCommand = (command: string): string | undefined =>
  vendorOf((command.match(LOADING_OPTIONS) ?? []).join(' '), FILES) ?? vendorOf(command, PROGRAMS)

/** The vendor whose admission webhook adds an agent because of a pod annotation. */
export const agentOfAnnotation = (name: string, value: string): string | undefined =>
  value === 'false' ? undefined : FOREIGN_AGENTS.find(({ annotations }) => annotations?.test(name))?.vendor

/** The words for the boot file of a language: parts of names in options, and packages of the application. */
export const bootWords = (
  language: BootLanguage,
  agents: readonly ForeignAgent[] = FOREIGN_AGENTS,
): { files: string[]; packages: string[] } => ({
  files: [...new Set(agents.flatMap(({ filesOf }) => filesOf?.[language] ?? []))]
    .map((word) => word.toLowerCase())
    .toSorted(),
  packages: [...new Set(agents.flatMap(({ npmPackages = [] }) => npmPackages))].toSorted(),
})
