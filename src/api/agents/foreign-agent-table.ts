/**
 * Agents of other vendors, so that no process gets two: one table for the detector, the webhook and the boot files of our
 * own agents. All words are literal and compared in lower case.
 */

/** Languages whose boot files detect other agents themselves. */
export type BootLanguage = 'nodejs' | 'python' | 'java'

export interface ForeignAgent {
  /** Name in messages. */
  vendor: string
  /** Variables that only this agent sets. */
  variables?: readonly string[]
  /** Parts of the names of its files and packages, as they appear in options that load code. */
  files?: readonly string[]
  /** Further parts, which the boot file of the language checks, too. */
  filesOf?: Readonly<Partial<Record<BootLanguage, readonly string[]>>>
  /** Beginnings of the names of its Java classes: its jar may have any name. */
  javaClasses?: readonly string[]
  /** Parts of the names of Java libraries with which an application includes it. */
  javaLibraries?: readonly string[]
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
}

/** Vendor of SDKs that applications include themselves. */
export const OPEN_TELEMETRY = 'OpenTelemetry'

export const FOREIGN_AGENTS: readonly ForeignAgent[] = [
  {
    vendor: 'Datadog',
    javaClasses: ['datadog.'],
    variables: ['DD_INJECTION_ENABLED', 'DD_TRACE_AGENT_URL'],
    files: ['dd-java-agent', 'datadog'],
    filesOf: { nodejs: ['dd-trace'], python: ['ddtrace'] },
    programs: ['ddtrace-run'],
    libraries: ['ddtrace'],
    profiler: '846F5F1C-F9AE-4B07-969E-05C26BC060D8',
    npmPackages: ['dd-trace'],
    goModules: ['gopkg.in/DataDog/dd-trace-go.v1@', 'github.com/DataDog/dd-trace-go/v2@'],
  },
  {
    vendor: 'New Relic',
    javaClasses: ['com.newrelic.'],
    variables: ['NEW_RELIC_CONFIG_FILE'],
    filesOf: { nodejs: ['newrelic'], python: ['newrelic'], java: ['newrelic'] },
    programs: ['newrelic-admin'],
    libraries: ['newrelic'],
    profiler: '36032161-FFC0-4B61-B559-F6C5D41BAE5A',
    npmPackages: ['newrelic'],
    goModules: ['github.com/newrelic/go-agent'],
  },
  {
    vendor: 'Elastic APM',
    javaClasses: ['co.elastic.'],
    javaLibraries: ['apm-agent-attach-'],
    files: ['elastic-apm'],
    filesOf: { nodejs: ['elastic-apm-node', '@elastic/opentelemetry-node'], python: ['elasticapm'] },
    programs: ['elasticapm-run'],
    npmPackages: ['elastic-apm-node', '@elastic/opentelemetry-node'],
    goModules: ['go.elastic.co/apm'],
  },
  {
    vendor: 'AppDynamics',
    javaClasses: ['com.singularity.', 'com.appdynamics.'],
    variables: ['APPDYNAMICS_CONTROLLER_HOST_NAME'],
    files: ['AppServerAgent'],
    filesOf: { nodejs: ['appdynamics'], python: ['appdynamics'] },
  },
  {
    vendor: 'Instana',
    files: ['instana'],
    filesOf: { nodejs: ['@instana/'] },
    npmPackages: ['@instana/collector'],
    javaClasses: ['com.instana.'],
  },
  {
    vendor: 'Dynatrace',
    javaClasses: ['com.dynatrace.'],
    variables: ['DT_DYNAMIZER_TARGET_EXE'],
    files: ['liboneagent'],
    filesOf: { nodejs: ['dynatrace'] },
    libraries: ['liboneagent'],
  },
  { vendor: 'SkyWalking', files: ['skywalking'], javaClasses: ['org.apache.skywalking.'] },
  { vendor: 'Pinpoint', files: ['pinpoint-bootstrap'], javaClasses: ['com.navercorp.pinpoint.'] },
  {
    vendor: 'Application Insights',
    javaClasses: ['com.microsoft.applicationinsights.'],
    javaLibraries: ['applicationinsights-runtime-attach-', 'spring-cloud-azure-starter-monitor-'],
    filesOf: { nodejs: ['applicationinsights'], java: ['applicationinsights'] },
    npmPackages: ['applicationinsights', '@azure/monitor-opentelemetry'],
  },
  {
    vendor: 'Contrast',
    files: ['contrast-agent', 'contrastagent', 'contrast.jar', '/contrast/'],
    javaClasses: ['com.contrastsecurity.'],
  },
  { vendor: 'Site24x7', files: ['libapminsight'], javaClasses: ['com.manageengine.', 'com.site24x7.'] },
  {
    vendor: 'Sentry',
    javaClasses: ['io.sentry.'],
    javaLibraries: ['sentry-opentelemetry-agentless-'],
    filesOf: { nodejs: ['@sentry/'] },
    npmPackages: [
      '@sentry/astro',
      '@sentry/aws-serverless',
      '@sentry/google-cloud-serverless',
      '@sentry/nestjs',
      '@sentry/nextjs',
      '@sentry/node',
      '@sentry/node-core',
      '@sentry/nuxt',
      '@sentry/react-router',
      '@sentry/remix',
      '@sentry/solidstart',
      '@sentry/sveltekit',
      '@sentry/tanstackstart-react',
    ],
  },
  { vendor: 'AppSignal', filesOf: { nodejs: ['@appsignal/'] }, npmPackages: ['@appsignal/nodejs'] },
  {
    vendor: 'Honeycomb',
    npmPackages: ['@honeycombio/opentelemetry-node'],
    javaLibraries: ['honeycomb-opentelemetry-sdk-'],
  },
  { vendor: 'Vercel', npmPackages: ['@vercel/otel'] },
  {
    vendor: 'Splunk',
    javaClasses: ['com.splunk.'],
    files: ['splunk-otel'],
    filesOf: { nodejs: ['@splunk/otel'], python: ['splunk-py-trace'] },
    programs: ['splunk-py-trace'],
    npmPackages: ['@splunk/otel'],
  },
  {
    vendor: OPEN_TELEMETRY,
    javaClasses: ['io.opentelemetry.'],
    javaLibraries: [
      'helidon-tracing-providers-opentelemetry-',
      'opentelemetry-runtime-attach-',
      'opentelemetry-spring-boot-starter-',
      'quarkus-opentelemetry-',
      'spring-boot-starter-opentelemetry-',
      'spring-cloud-sleuth-otel-',
    ],
    files: ['opentelemetry-javaagent', 'grafana-opentelemetry', 'aws-opentelemetry-agent', 'otel-auto-instrumentation'],
    filesOf: {
      nodejs: ['auto-instrumentations-node'],
      python: ['opentelemetry-instrument', 'opentelemetry/instrumentation'],
    },
    programs: ['opentelemetry-instrument'],
    npmPackages: [
      '@aws/aws-distro-opentelemetry-node-autoinstrumentation',
      '@dash0hq/opentelemetry',
      '@hyperdx/node-opentelemetry',
      '@opentelemetry/auto-instrumentations-node',
      '@opentelemetry/sdk-node',
      '@opentelemetry/sdk-trace-node',
      'lightstep-opentelemetry-launcher-node',
    ],
    goModules: ['go.opentelemetry.io/otel/sdk@'],
  },
  { vendor: 'Glowroot', files: ['glowroot'], javaClasses: ['org.glowroot.'] },
  { vendor: 'Kamon', files: ['kanela-agent'], javaClasses: ['kanela.'] },
  { vendor: 'SolarWinds', files: ['solarwinds-apm-agent'], javaClasses: ['com.solarwinds.', 'com.appoptics.'] },
  { vendor: 'Scouter', files: ['scouter.agent'], javaClasses: ['scouter.'] },
]
