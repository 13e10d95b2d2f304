import type { InstrumentationRule } from '../../../api/kinds/instrumentation-rule.ts'
import type { OdigosConfigSpec } from '../../../api/kinds/odigos-config.ts'
import type { Agent, Language, WorkloadSelector } from '../../../api/vocabulary.ts'

export interface Subject {
  namespace: string
  kind: string
  name: string
  language?: Language | undefined
  agent: Agent
}

interface Variable {
  name: string
  value: string
}

/** The variable with which each agent switches libraries off; the separator is a comma in each. */
const DISABLED_LIBRARIES: Record<Agent, ((names: string[]) => Variable[]) | undefined> = {
  nodejs: (names) => [{ name: 'OTEL_NODE_DISABLED_INSTRUMENTATIONS', value: names.join(',') }],
  python: (names) => [{ name: 'OTEL_PYTHON_DISABLED_INSTRUMENTATIONS', value: names.join(',') }],
  java: (names) =>
    names.map((name) => ({
      name: `OTEL_INSTRUMENTATION_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_ENABLED`,
      value: 'false',
    })),
  'go-ebpf': undefined,
}

export const selects = (selector: WorkloadSelector | undefined, subject: Subject): boolean => {
  const { namespaces, workloads, languages } = selector ?? {}
  if (namespaces?.length && !namespaces.includes(subject.namespace)) return false
  if (languages?.length && !(subject.language && languages.includes(subject.language))) return false
  return (
    !workloads?.length ||
    workloads.some(
      ({ namespace, kind, name }) => namespace === subject.namespace && kind === subject.kind && name === subject.name,
    )
  )
}

/** A sampler that keeps the decision of the caller (OpenTelemetry SDK environment variables). */
const samplerVariables = (ratio: number | undefined): Variable[] =>
  ratio === undefined
    ? []
    : [
        { name: 'OTEL_TRACES_SAMPLER', value: 'parentbased_traceidratio' },
        { name: 'OTEL_TRACES_SAMPLER_ARG', value: String(ratio) },
      ]

/**
 * OTEL_* variables for one container, sorted by name. Rules are taken in the order of their names; the first that says
 * something about a variable wins, and a rule wins over the settings of the installation.
 */
export const settingsEnvironment = (
  subject: Subject,
  rules: readonly InstrumentationRule[],
  settings: OdigosConfigSpec,
): Variable[] => {
  const chosen = new Map<string, string>()
  const matching = rules
    .filter((rule) => !rule.spec.disabled && selects(rule.spec.selector, subject))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  for (const { spec } of matching) {
    const variables = [
      ...(spec.environment ?? []).filter(({ name }) => name.startsWith('OTEL_')),
      ...samplerVariables(spec.traceRatio),
      ...(spec.disabledLibraries?.length ? (DISABLED_LIBRARIES[subject.agent]?.(spec.disabledLibraries) ?? []) : []),
    ]
    for (const { name, value } of variables) if (!chosen.has(name)) chosen.set(name, value)
  }
  const ratio = settings.sampling?.traceRatio
  const isSampled = chosen.has('OTEL_TRACES_SAMPLER')
  if (!isSampled && ratio !== undefined && ratio < 1) {
    for (const { name, value } of samplerVariables(ratio)) chosen.set(name, value)
  }
  return [...chosen].map(([name, value]) => ({ name, value })).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
