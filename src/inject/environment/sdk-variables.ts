import type { Recipe } from '../agents/agent.ts'
import type { ContainerSubject } from '../rule.ts'
import { sentSignals } from '../signals.ts'

/** A variable that is wanted, and who wants it. */
export interface Variable {
  name: string
  value: string
  from: string
}

const EXPORTERS = { traces: 'OTEL_TRACES_EXPORTER', metrics: 'OTEL_METRICS_EXPORTER', logs: 'OTEL_LOGS_EXPORTER' }
export const SAMPLER = 'OTEL_TRACES_SAMPLER'
export const SAMPLER_ARGUMENT = 'OTEL_TRACES_SAMPLER_ARG'

const pipelineVariables = ({ spec, context: { settings } }: ContainerSubject, recipe: Recipe): Variable[] => {
  const signals = sentSignals(spec, settings)
  const from = 'InstrumentationConfig pipeline'
  return [
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: spec.pipeline?.endpoint ?? '', from },
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf', from },
    ...recipe.signals.map((signal) => ({
      name: EXPORTERS[signal],
      value: signals.includes(signal) ? 'otlp' : 'none',
      from: `${from} and OdigosConfig signals`,
    })),
  ]
}

const samplerVariables = ({ decision, context: { settings } }: ContainerSubject): Variable[] => {
  const isSampledByRule = (decision.settings ?? []).some(({ name }) => name === SAMPLER || name === SAMPLER_ARGUMENT)
  const ratio = settings.sampling?.traceRatio ?? 1
  const from = 'OdigosConfig sampling'
  if (isSampledByRule || ratio >= 1) return []
  return [
    { name: SAMPLER, value: 'parentbased_traceidratio', from },
    { name: SAMPLER_ARGUMENT, value: String(ratio), from },
  ]
}

const recipeVariables = ({ decision }: ContainerSubject, recipe: Recipe): Variable[] => {
  const list = recipe.delivery === 'files' ? recipe.disabledLibraries : undefined
  const isChosen = decision.reason === 'OverriddenByUser'
  const entries = Object.entries({ ...recipe.env, ...(isChosen ? recipe.envWhereChosen : {}) })
  if (list) entries.push([list.name, list.libraries.join(',')])
  return entries.map(([name, value]) => ({ name, value, from: `recipe ${recipe.agent}` }))
}

/** What an SDK has to know: where to send what, and how much. A variable of an InstrumentationRule goes before ours. */
export const sdkVariables = (subject: ContainerSubject, recipe: Recipe): Map<string, Variable> => {
  const wanted = [
    ...pipelineVariables(subject, recipe),
    ...samplerVariables(subject),
    ...recipeVariables(subject, recipe),
  ]
  const variables = new Map(wanted.map((variable) => [variable.name, variable]))
  const list = recipe.delivery === 'files' ? recipe.disabledLibraries : undefined
  for (const { name, value } of subject.decision.settings ?? []) {
    const from = 'InstrumentationRules and OdigosConfig'
    // A list of libraries to leave alone is joined with the one that the agent always has.
    const joined = name === list?.name ? [...new Set([...list.libraries, ...value.split(',')])].join(',') : value
    variables.set(name, { name, value: joined, from })
  }
  return variables
}
