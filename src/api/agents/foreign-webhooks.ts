/** Admission webhooks of other vendors that add their agents: by labels and annotations of pods and namespaces, and what they are called. */

interface ForeignWebhook {
  vendor: string
  /** Name of the label or annotation. */
  pod?: RegExp
  /** The same on a namespace, for all of its pods. */
  namespace?: RegExp
  /** Part of the name of its MutatingWebhookConfiguration. */
  configuration?: RegExp
}

const OPERATOR = /^instrumentation\.opentelemetry\.io\/inject-(?!sdk$)/
const NEW_RELIC = /^instrumentation\.newrelic\.com\/inject-/
const INSTANA = /^instana-autotrace$/

const FOREIGN_WEBHOOKS: readonly ForeignWebhook[] = [
  {
    vendor: 'Datadog',
    pod: /^admission\.datadoghq\.com\/(?:enabled|apm-inject\.version|[a-z]+-lib\.(?:custom-image|version))$/,
    configuration: /datadog/i,
  },
  { vendor: 'Dynatrace', pod: /^oneagent\.dynatrace\.com\/(?:inject|injected)$/, configuration: /dynatrace/i },
  { vendor: 'New Relic', pod: NEW_RELIC, namespace: NEW_RELIC, configuration: /newrelic/i },
  { vendor: 'Elastic APM', pod: /^co\.elastic\.apm\/attach$/, configuration: /elastic-apm/i },
  { vendor: 'Dash0', pod: /^dash0\.com\/instrumented$/, configuration: /dash0/i },
  { vendor: 'Instana', pod: /^instana-autotrace(?:-applied)?$/, namespace: INSTANA, configuration: /instana/i },
  { vendor: 'SkyWalking', pod: /^swck-java-agent-injected$/, configuration: /skywalking|swck/i },
  {
    vendor: 'the OpenTelemetry Operator',
    pod: OPERATOR,
    namespace: OPERATOR,
    configuration: /opentelemetry-operator/i,
  },
  { vendor: 'AppDynamics', configuration: /appdynamics/i },
  { vendor: 'Splunk', configuration: /splunk-otel/i },
]

/** Values with which a user keeps a webhook from acting. */
const isOff = (value: string): boolean => ['false', 'disabled', 'no'].includes(value.toLowerCase())

/** The vendor whose webhook adds an agent because of a label or annotation of a pod or namespace. */
export const vendorOfMark = (on: 'pod' | 'namespace', name: string, value: string): string | undefined =>
  isOff(value) ? undefined : FOREIGN_WEBHOOKS.find((webhook) => webhook[on]?.test(name))?.vendor

/** Whether a MutatingWebhookConfiguration of this name is of a vendor that adds agents. */
export const isForeignInjector = (configuration: string): boolean =>
  FOREIGN_WEBHOOKS.some((webhook) => webhook.configuration?.test(configuration))
