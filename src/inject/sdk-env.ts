import type { EnvVar } from '../api/kubernetes.ts'
import { addAttributes, userAttributes } from './attributes-env.ts'
import { addAbsent, findVariable, literal } from './env.ts'
import type { Recipe } from './recipes/recipe.ts'
import type { Attribute } from './resource-attributes.ts'
import { resourceAttributes, serviceName } from './resource-attributes.ts'
import type { ContainerSubject } from './rules.ts'
import { sentSignals } from './signals.ts'
import type { TraceEntry } from './types.ts'

interface Variable {
  name: string
  value: string
  from: string
}

const EXPORTERS = { traces: 'OTEL_TRACES_EXPORTER', metrics: 'OTEL_METRICS_EXPORTER', logs: 'OTEL_LOGS_EXPORTER' }
const SAMPLER = 'OTEL_TRACES_SAMPLER'
const SAMPLER_ARGUMENT = 'OTEL_TRACES_SAMPLER_ARG'

/**
 * The environment with what an SDK has to know: where to send what, how much, and in whose name. Only variables that
 * nobody set are added; then come InstrumentationRules, then our own values.
 */
export const addSdkEnvironment = (
  env: readonly EnvVar[],
  subject: ContainerSubject,
  recipe: Recipe,
  trace: TraceEntry[],
): EnvVar[] => {
  const { decision, container, pod, spec, context } = subject
  const runtime = new Map((decision.runtimeEnv ?? []).map(({ name, value }) => [name, value]))
  const isSet = (name: string): boolean => runtime.has(name) || findVariable(env, name) !== undefined
  const user = userAttributes(env, runtime.get('OTEL_RESOURCE_ATTRIBUTES'))
  const identity = { pod, container, spec, namespace: context.namespace.name }
  const service = serviceName(identity)
  const variables = new Map<string, Variable>()
  for (const variable of [...settingsVariables(subject, recipe), ...ownVariables(subject, recipe)]) {
    if (!variables.has(variable.name)) variables.set(variable.name, variable)
  }
  const attributes = resourceAttributes(identity)
  // OTEL_SERVICE_NAME beats service.name among the attributes, so it is ours only where the user named none there.
  if (user.isOpaque && !user.isClosed) attributes.unshift(nameAttribute(service))
  else if (!user.keys.has('service.name') && !variables.has('OTEL_SERVICE_NAME')) {
    variables.set('OTEL_SERVICE_NAME', { name: 'OTEL_SERVICE_NAME', value: literal(service.value), from: service.from })
  }
  const isSampledByUser = isSet(SAMPLER) || isSet(SAMPLER_ARGUMENT)
  const isLeftOut = (name: string): boolean =>
    isSet(name) || (isSampledByUser && (name === SAMPLER || name === SAMPLER_ARGUMENT))
  for (const { name, value, from } of variables.values()) {
    trace.push({
      rule: name,
      container: container.name,
      ...(isLeftOut(name) ? { answer: 'left alone', from: "the container's environment" } : { answer: value, from }),
    })
  }
  const entries = [...variables.values()].map(({ name, value }) => ({ name, value }))
  return addAttributes(addAbsent(env, entries, isLeftOut), attributes, runtime.get('OTEL_RESOURCE_ATTRIBUTES'))
}

const nameAttribute = ({ value, from }: { value: string; from: string }): Attribute => ({
  key: 'service.name',
  parts: [value],
  from,
})

/** From InstrumentationRules; a list of libraries to leave alone is joined with the one that the agent always has. */
const settingsVariables = ({ decision }: ContainerSubject, recipe: Recipe): Variable[] => {
  const list = recipe.delivery === 'files' ? recipe.disabledLibraries : undefined
  return (decision.settings ?? []).map(({ name, value }) => ({
    name,
    value:
      name === list?.name ? [...new Set([...list.libraries, ...value.split(',')])].filter(Boolean).join(',') : value,
    from: 'InstrumentationRules and OdigosConfig',
  }))
}

const ownVariables = ({ spec, decision, context: { settings } }: ContainerSubject, recipe: Recipe): Variable[] => {
  const signals = sentSignals(spec, settings)
  const list = recipe.delivery === 'files' ? recipe.disabledLibraries : undefined
  const isSampledByRule = (decision.settings ?? []).some(({ name }) => name.startsWith(SAMPLER))
  const ratio = isSampledByRule ? 1 : (settings.sampling?.traceRatio ?? 1)
  const from = `recipe ${recipe.agent}`
  return [
    {
      name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      value: spec.pipeline?.endpoint ?? '',
      from: 'InstrumentationConfig pipeline',
    },
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf', from },
    ...(['traces', 'metrics', 'logs'] as const).map((signal) => ({
      name: EXPORTERS[signal],
      value: signals.includes(signal) ? 'otlp' : 'none',
      from: 'InstrumentationConfig pipeline and OdigosConfig signals',
    })),
    ...(ratio < 1
      ? [
          { name: SAMPLER, value: 'parentbased_traceidratio', from: 'OdigosConfig sampling' },
          { name: SAMPLER_ARGUMENT, value: String(ratio), from: 'OdigosConfig sampling' },
        ]
      : []),
    ...Object.entries(recipe.env).map(([name, value]) => ({ name, value, from })),
    ...(list ? [{ name: list.name, value: list.libraries.join(','), from }] : []),
  ]
}
