/**
 * The filter that keeps a share of the traces. Every collector reads the same digits of the trace ID, so that all decide alike, and what is
 * kept of a smaller share is kept of a larger one, too.
 */
import type { Sample, SampleRule } from '../../api/actions/sample.ts'
import type { ComponentConfig } from '../config.ts'
import { literal } from '../ottl.ts'

/** 56 bits of a trace ID are random (W3C Trace Context, level 2); as 14 hexadecimal digits they compare as text. */
const RANDOM_DIGITS = 14
const TRACE_ID_DIGITS = 32
const RANDOM = `Substring(span.trace_id.string, ${TRACE_ID_DIGITS - RANDOM_DIGITS}, ${RANDOM_DIGITS})`

/** Traces whose random part is below this are dropped. */
const threshold = (ratio: number): string => {
  const steps = 2 ** 32
  const high = Math.min(steps - 1, Math.round((1 - ratio) * steps))
  return high.toString(16).padStart(8, '0').padEnd(RANDOM_DIGITS, '0')
}

/** Holds for the traces that are kept; for those with the ratio 0, none are. */
export const isKept = (ratio: number): string => `${RANDOM} >= ${literal(threshold(ratio))}`

const isDropped = (ratio: number): string[] => (ratio === 0 ? [] : [`${RANDOM} < ${literal(threshold(ratio))}`])

export type Attribute = NonNullable<SampleRule['attributes']>[number]

const resourceIs = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [`resource.attributes[${literal(name)}] == ${literal(value)}`]

export const attributeIs = ({ name, value, prefix = '' }: Attribute): string => {
  const places = ['span', 'resource'].map((context) => `${context}.attributes[${literal(name)}]`)
  const matches = (path: string): string =>
    value === undefined
      ? `(IsString(${path}) and HasPrefix(${path}, ${literal(prefix)}))`
      : `(${path} != nil and String(${path}) == ${literal(value)})`
  return `(${places.map(matches).join(' or ')})`
}

const matchOf = ({ attributes = [], service, namespace }: SampleRule): string =>
  [
    ...resourceIs('service.name', service),
    ...resourceIs('k8s.namespace.name', namespace),
    ...attributes.map(attributeIs),
  ].join(' and ')

/** The first number that differs decides; a larger one is more specific. */
const specificity = ({ attributes = [], service, namespace }: SampleRule): number[] => [
  attributes.length,
  attributes.filter(({ value }) => value !== undefined).length,
  attributes.reduce((sum, { prefix = '' }) => sum + prefix.length, 0),
  service === undefined ? 0 : 1,
  namespace === undefined ? 0 : 1,
]

const bySpecificity = (a: SampleRule, b: SampleRule): number => {
  const others = specificity(b)
  return specificity(a)
    .map((number, index) => (others[index] ?? 0) - number)
    .reduce((first, difference) => first || difference, 0)
}

const not = (condition: string): string => `not (${condition})`

/** A more specific rule that keeps less drops whatever this one does: only those that keep more are exceptions. */
const dropsOfRules = ({ ratio, rules = [] }: Sample): string[][] => {
  const sorted = rules.toSorted(bySpecificity).map((rule) => ({ ratio: rule.ratio, match: [matchOf(rule)] }))
  const all = [...sorted, { ratio, match: [] }]
  return all
    .map((rule, index) => {
      const exceptions = all.slice(0, index).filter((other) => other.ratio > rule.ratio)
      return { ...rule, exceptions: exceptions.flatMap(({ match }) => match.map(not)) }
    })
    .filter((rule) => rule.ratio < 1)
    .map((rule) => [...rule.match, ...isDropped(rule.ratio), ...rule.exceptions])
}

/** Kubernetes, load balancers of AWS, Google and Azure, Route 53, Consul. */
const PROBING_AGENTS =
  '^(?:kube-probe/|ELB-HealthChecker/|GoogleHC/|Amazon-Route53-Health-Check-Service|Load Balancer Agent|Consul Health Check)'
/** As Kubernetes itself, Spring Boot, MicroProfile, Prometheus and many frameworks name them. */
const PROBED_PATHS =
  '^/(?:healthz?|livez?|readyz?|liveness|readiness|startupz|-/healthy|-/ready|health/(?:live|liveness|ready|readiness|started|startup)|(?:q|actuator)/health(?:/\\w+)?|api/healthz?)/?(?:[?#]|$)'

const spanMatches = (names: readonly string[], pattern: string): string[] =>
  names.map((name) => {
    const path = `span.attributes[${literal(name)}]`
    return `(IsString(${path}) and IsMatch(${path}, ${literal(pattern)}))`
  })

const NOISE = [
  ...spanMatches(['user_agent.original', 'http.user_agent'], PROBING_AGENTS),
  ...spanMatches(['url.path', 'http.target', 'http.route'], PROBED_PATHS),
  ...spanMatches(['rpc.service', 'rpc.method'], '^grpc\\.health\\.v1\\.Health(?:/|$)'),
]

/** Configuration of the filter processor; `condition` holds for the selected telemetry. */
export const samplingFilter = (sample: Sample, condition: string | undefined): ComponentConfig => {
  const selected = condition === undefined ? [] : [condition]
  const noise = sample.noise === 'Drop' ? [[`(${NOISE.join(' or ')})`]] : []
  const drops = [...noise, ...dropsOfRules(sample)].map((drop) => [...selected, ...drop].join(' and ') || 'true')
  return { error_mode: 'ignore', traces: { span: drops.length > 0 ? drops : ['false'] } }
}
