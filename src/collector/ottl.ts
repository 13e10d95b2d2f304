import type { Language } from '../api/vocabulary.ts'
import { workloadKind } from '../api/workload-kinds.ts'

/** The current matches of selectors, by name. An absent list selects everything, an empty one nothing. */
export interface Selected {
  namespaces?: readonly string[] | undefined
  workloads?: readonly { kind: string; name: string; namespace: string }[] | undefined
  languages?: readonly Language[] | undefined
  /** What has no namespace is in none of the others, either. */
  excludedNamespaces?: readonly string[] | undefined
}

/**
 * A string literal of the OpenTelemetry Transformation Language, as written in a collector's configuration. Half of a pair of UTF-16 is
 * no character there.
 */
export const literal = (text: string): string => JSON.stringify(text.toWellFormed()).replaceAll('$', '$$$$')

const anyOf = <Item>(items: readonly Item[] | undefined, conditionOf: (item: Item) => string): string[] => {
  if (items === undefined) return []
  const conditions = items.map(conditionOf)
  return conditions.length > 1 ? [`(${conditions.join(' or ')})`] : [conditions[0] ?? 'false']
}

const attributeIs = (name: string, value: string): string =>
  `resource.attributes[${literal(name)}] == ${literal(value)}`

const NAMESPACE = 'k8s.namespace.name'

/** Values of telemetry.sdk.language that differ from our names of languages. */
const SDK_LANGUAGES: Partial<Record<string, string>> = { native: 'cpp' }

/** The value of telemetry.sdk.language. */
export const sdkLanguage = (language: Language): string => SDK_LANGUAGES[language] ?? language

/** The attribute of a kind comes from the table of workloads; a kind that is not in it matches nothing. */
const workloadIs = ({ kind, name, namespace }: { kind: string; name: string; namespace: string }): string => {
  const attribute = workloadKind(kind)?.attribute
  return attribute ? `(${attributeIs(NAMESPACE, namespace)} and ${attributeIs(attribute, name)})` : 'false'
}

const isElsewhere = (namespaces: readonly string[]): string =>
  [
    `resource.attributes[${literal(NAMESPACE)}] != nil`,
    ...namespaces.map((namespace) => `resource.attributes[${literal(NAMESPACE)}] != ${literal(namespace)}`),
  ].join(' and ')

/** A condition that matches telemetry of the selected workloads; undefined if all are selected. */
export const selectorCondition = (selected: Selected | undefined): string | undefined => {
  const { namespaces, workloads, languages, excludedNamespaces } = selected ?? {}
  const conditions = [
    ...anyOf(namespaces, (namespace) => attributeIs(NAMESPACE, namespace)),
    ...anyOf(workloads, workloadIs),
    ...anyOf(languages, (language) => attributeIs('telemetry.sdk.language', sdkLanguage(language))),
    ...(excludedNamespaces ? [isElsewhere(excludedNamespaces)] : []),
  ]
  return conditions.length > 0 ? conditions.join(' and ') : undefined
}

const hasWorkload = (
  attributes: Readonly<Record<string, string>>,
  { kind, name, namespace }: NonNullable<Selected['workloads']>[number],
): boolean => {
  const attribute = workloadKind(kind)?.attribute
  return attribute !== undefined && attributes[NAMESPACE] === namespace && attributes[attribute] === name
}

/** Whether the condition of a selection holds for the attributes of a resource. */
export const selects = (
  { namespaces, workloads, languages, excludedNamespaces }: Selected,
  attributes: Readonly<Record<string, string>>,
): boolean => {
  const { [NAMESPACE]: namespace = '', 'telemetry.sdk.language': language } = attributes
  return [
    namespaces?.includes(namespace) ?? true,
    workloads?.some((workload) => hasWorkload(attributes, workload)) ?? true,
    languages?.some((each) => sdkLanguage(each) === language) ?? true,
    excludedNamespaces ? namespace !== '' && !excludedNamespaces.includes(namespace) : true,
  ].every(Boolean)
}

/** `statement where a and b`, with undefined conditions omitted. */
export const where = (statement: string, ...conditions: (string | undefined)[]): string => {
  const defined = conditions.filter((condition) => condition !== undefined)
  return defined.length > 0 ? `${statement} where ${defined.join(' and ')}` : statement
}
