/** Recognises agents of others, so that no process gets two. Our own files never count. Pure. */
import { withoutOurs } from './environment.ts'
import type { ProcessSnapshot } from './proc/process-snapshot.ts'

/** Patterns are asked of one word at a time, of bounded length: the texts are a stranger's, and some backtrack. */
type Signs = readonly (readonly [RegExp, string])[]

/** Longest word in which an agent is looked for; paths are at most as long as this. */
const MAX_WORD = 4096

const JAVA: Signs = [
  [/dd-java-agent/, 'Datadog'],
  [/newrelic.*\.jar/, 'New Relic'],
  [/elastic-apm-agent/, 'Elastic APM'],
  [/appdynamics|javaagent.*AppServerAgent/i, 'AppDynamics'],
  [/javaagent.*instana/, 'Instana'],
  [/opentelemetry-javaagent|grafana-opentelemetry-java|splunk-otel-javaagent|aws-opentelemetry-agent/, 'OpenTelemetry'],
  [/skywalking-agent/, 'SkyWalking'],
  [/pinpoint-bootstrap/, 'Pinpoint'],
  [/applicationinsights-agent/, 'Application Insights'],
  [/javaagent.*contrast/, 'Contrast'],
]
const NODE: Signs = [
  [/dd-trace/, 'Datadog'],
  [/newrelic/, 'New Relic'],
  [/elastic-apm-node/, 'Elastic APM'],
  [/@opentelemetry\/auto-instrumentations-node/, 'OpenTelemetry'],
  [/appdynamics/, 'AppDynamics'],
  [/@splunk\/otel/, 'Splunk'],
  [/@instana/, 'Instana'],
]
const PYTHON: Signs = [
  [/ddtrace-run|ddtrace\/bootstrap/, 'Datadog'],
  [/newrelic-admin|newrelic\/bootstrap/, 'New Relic'],
  [/opentelemetry-instrument|opentelemetry\/instrumentation\/auto_instrumentation/, 'OpenTelemetry'],
  [/elasticapm-run/, 'Elastic APM'],
]
const MAPPED: Signs = [
  [/\/liboneagent/, 'Dynatrace'],
  [/\/ddtrace[^/]*\.so$/, 'Datadog'],
  [/\/newrelic[^/]*\.so$/, 'New Relic'],
]
const PRELOADED: Signs = [
  [/\/dynatrace\//, 'Dynatrace'],
  [/datadog-apm-inject/, 'Datadog'],
  [/libapminsight/, 'Site24x7'],
]
/** Class ids of .NET profilers. */
const PROFILERS: Signs = [
  [/846F5F1C-F9AE-4B07-969E-05C26BC060D8/i, 'Datadog'],
  [/36032161-FFC0-4B61-B559-F6C5D41BAE5A/i, 'New Relic'],
]
const PRESENT: Record<string, string> = {
  DD_INJECTION_ENABLED: 'Datadog',
  DT_DYNAMIZER_TARGET_EXE: 'Dynatrace',
  APPDYNAMICS_CONTROLLER_HOST_NAME: 'AppDynamics',
}
/** Libraries that are there to trace the application: direct dependencies in package.json, and modules of a Go program. */
const NODE_PACKAGES: Record<string, string> = {
  'dd-trace': 'Datadog',
  newrelic: 'New Relic',
  'elastic-apm-node': 'Elastic APM',
  '@opentelemetry/sdk-node': 'OpenTelemetry',
  '@opentelemetry/auto-instrumentations-node': 'OpenTelemetry',
  '@splunk/otel': 'Splunk',
}
const GO_MODULES: Signs = [
  [/^go\.opentelemetry\.io\/otel\/sdk@/, 'OpenTelemetry'],
  [/^(gopkg\.in\/DataDog\/dd-trace-go\.v1|github\.com\/DataDog\/dd-trace-go\/v2)@/, 'Datadog'],
  [/^github\.com\/newrelic\/go-agent/, 'New Relic'],
  [/^go\.elastic\.co\/apm/, 'Elastic APM'],
]

export interface OtherAgent {
  agent: string
  /** Where it was seen; never the value of a variable. */
  where: string
}

const agentIn = (text: string, signs: Signs): string | undefined => {
  const words = [...new Set(text.split(/\s/))].map((word) => word.slice(0, MAX_WORD))
  return signs.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1]
}

/** What Node.js is told on its command line to load first. */
const preloadsOf = (argv: readonly string[]): string =>
  argv
    .filter((arg, i) => /^(-r|--require|--import)$/.test(argv[i - 1] ?? '') || /^--(require|import)=/.test(arg))
    .join(' ')

const presentVariable = ({ env }: ProcessSnapshot): OtherAgent | undefined => {
  const name = Object.keys(PRESENT).find((candidate) => env[candidate] !== undefined)
  return name ? { agent: PRESENT[name] ?? name, where: name } : undefined
}

const directDependencies = (packageJson: string): string[] => {
  try {
    const { dependencies } = JSON.parse(packageJson) as { dependencies?: Record<string, string> }
    return Object.keys(dependencies ?? {})
  } catch {
    return []
  }
}

const goModule = ({ elf }: ProcessSnapshot): OtherAgent | undefined => {
  for (const module of elf?.go?.dependencies ?? []) {
    const sign = GO_MODULES.find(([pattern]) => pattern.test(module))
    if (sign) return { agent: sign[1], where: module }
  }
  return undefined
}

const nodePackage = (process: ProcessSnapshot): OtherAgent | undefined => {
  for (const [path, text] of Object.entries(process.files ?? {})) {
    const name = path.endsWith('/package.json') ? directDependencies(text).find((dep) => NODE_PACKAGES[dep]) : undefined
    if (name) return { agent: NODE_PACKAGES[name] ?? name, where: `${name} in ${path}` }
  }
  return undefined
}

/** The first agent of someone else that is seen in the process. */
export const findOtherAgent = (process: ProcessSnapshot): OtherAgent | undefined => {
  const value = (name: string): string => withoutOurs(name, process.env[name] ?? '')
  const line = process.argv.map((arg) => withoutOurs('', arg)).join(' ')
  const sources: [text: string, signs: Signs, where: string][] = [
    [value('JAVA_TOOL_OPTIONS'), JAVA, 'JAVA_TOOL_OPTIONS'],
    [value('JDK_JAVA_OPTIONS'), JAVA, 'JDK_JAVA_OPTIONS'],
    [line.includes('-javaagent') ? line : '', JAVA, 'the command line'],
    [value('NODE_OPTIONS'), NODE, 'NODE_OPTIONS'],
    [preloadsOf(process.argv), NODE, 'the command line'],
    [line, PYTHON, 'the command line'],
    [value('PYTHONPATH'), PYTHON, 'PYTHONPATH'],
    [value('CORECLR_PROFILER'), PROFILERS, 'CORECLR_PROFILER'],
    [value('RUBYOPT'), [[/ddtrace|datadog/, 'Datadog']], 'RUBYOPT'],
    [value('LD_PRELOAD'), PRELOADED, 'LD_PRELOAD'],
    [process.mapped.join('\n'), MAPPED, 'a library in memory'],
  ]
  for (const [text, signs, where] of sources) {
    const agent = agentIn(text, signs)
    if (agent) return { agent, where }
  }
  return presentVariable(process) ?? goModule(process) ?? nodePackage(process)
}
