/** Labels and annotations by which admission webhooks of other vendors add their agents, on pods and on namespaces. */

interface ForeignWebhook {
  vendor: string
  /** Name of the label or annotation. */
  pod?: RegExp
  /** The same on a namespace, for all of its pods. */
  namespace?: RegExp
}

const OPERATOR = /^instrumentation\.opentelemetry\.io\/inject-(?!sdk$)/
const NEW_RELIC = /^instrumentation\.newrelic\.com\/inject-/
const INSTANA = /^instana-autotrace$/

const FOREIGN_WEBHOOKS: readonly ForeignWebhook[] = [
  {
    vendor: 'Datadog',
    pod: /^admission\.datadoghq\.com\/(?:enabled|apm-inject\.version|[a-z]+-lib\.(?:custom-image|version))$/,
  },
  { vendor: 'Dynatrace', pod: /^oneagent\.dynatrace\.com\/(?:inject|injected)$/ },
  { vendor: 'New Relic', pod: NEW_RELIC, namespace: NEW_RELIC },
  { vendor: 'Elastic APM', pod: /^co\.elastic\.apm\/attach$/ },
  { vendor: 'Dash0', pod: /^dash0\.com\/instrumented$/ },
  { vendor: 'Instana', pod: /^instana-autotrace(?:-applied)?$/, namespace: INSTANA },
  { vendor: 'SkyWalking', pod: /^swck-java-agent-injected$/ },
  { vendor: 'the OpenTelemetry Operator', pod: OPERATOR, namespace: OPERATOR },
]

/** Values with which a user keeps a webhook from acting. */
const isOff = (value: string): boolean => ['false', 'disabled', 'no'].includes(value.toLowerCase())

/** The vendor whose webhook adds an agent because of a label or annotation of a pod or namespace. */
export const vendorOfMark = (on: 'pod' | 'namespace', name: string, value: string): string | undefined =>
  isOff(value) ? undefined : FOREIGN_WEBHOOKS.find((webhook) => webhook[on]?.test(name))?.vendor
