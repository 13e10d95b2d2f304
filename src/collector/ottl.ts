import type { WorkloadSelector } from '../api/vocabulary.ts'

/** A string literal of the OpenTelemetry Transformation Language, as it stands in a collector's configuration. */
export const literal = (text: string): string => JSON.stringify(text).replaceAll('$', '$$$$')

const anyOf = (conditions: string[]): string[] =>
  conditions.length === 0 ? [] : [conditions.length === 1 ? (conditions[0] ?? '') : `(${conditions.join(' or ')})`]

const attributeIs = (name: string, value: string): string =>
  `resource.attributes[${literal(name)}] == ${literal(value)}`

/** Words of telemetry.sdk.language, where they differ from ours. */
const SDK_LANGUAGES: Partial<Record<string, string>> = { native: 'cpp' }

/** Resource attributes that name a workload are `k8s.<kind>.name` (OpenTelemetry semantic conventions). */
const workloadIs = (workload: { kind: string; name: string; namespace: string }): string =>
  `(${attributeIs('k8s.namespace.name', workload.namespace)} and ` +
  `${attributeIs(`k8s.${workload.kind.toLowerCase()}.name`, workload.name)})`

/** A condition that holds for telemetry of the selected workloads; undefined where all are selected. */
export const selectorCondition = (selector: WorkloadSelector | undefined): string | undefined => {
  const { namespaces = [], workloads = [], languages = [] } = selector ?? {}
  const conditions = [
    ...anyOf(namespaces.map((namespace) => attributeIs('k8s.namespace.name', namespace))),
    ...anyOf(workloads.map(workloadIs)),
    ...anyOf(languages.map((language) => attributeIs('telemetry.sdk.language', SDK_LANGUAGES[language] ?? language))),
  ]
  return conditions.length > 0 ? conditions.join(' and ') : undefined
}

/** `statement where a and b`, without what is undefined. */
export const where = (statement: string, ...conditions: (string | undefined)[]): string => {
  const given = conditions.filter((condition) => condition !== undefined)
  return given.length > 0 ? `${statement} where ${given.join(' and ')}` : statement
}
