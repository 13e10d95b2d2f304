import type { EnvVar } from '../../api/kubernetes.ts'
import { escapeReferences } from '../../api/kubernetes.ts'
import { SDK_VARIABLES } from '../../api/names.ts'
import { findVariable, lastIndexOf, mayBeMissing, originalName } from './hook.ts'
import { freeName } from '../pod/free-name.ts'
import type { Attribute, DownwardName } from './resource-attributes.ts'
import { DOWNWARD_FIELDS, downwardVariable, formatAttributes } from './resource-attributes.ts'

const VARIABLE = SDK_VARIABLES.resourceAttributes

/** The user's value of OTEL_RESOURCE_ATTRIBUTES. */
export interface UserAttributes {
  keys: ReadonlySet<string>
  /** Some keys are unknown, because part of the value comes from a reference. */
  isOpaque: boolean
  /** Nothing can be added: the value is unknown, or a missing optional reference would stay in it as literal text. */
  isClosed: boolean
}

const textOf = (entry: EnvVar | undefined, runtimeValue: string | undefined): string =>
  entry ? (entry.value ?? '') : escapeReferences(runtimeValue ?? '')

/** `runtimeValue`: the value from the image or envFrom, which an entry in the pod overrides. */
export const userAttributes = (env: readonly EnvVar[], runtimeValue: string | undefined): UserAttributes => {
  const entry = findVariable(env, VARIABLE)
  if (entry?.valueFrom) return { keys: new Set(), isOpaque: true, isClosed: mayBeMissing(entry) }
  // The detector reports only that a value exists; ours would override it.
  if (!entry && runtimeValue === '') return { keys: new Set(), isOpaque: true, isClosed: true }
  const parts = textOf(entry, runtimeValue).split(',')
  const keys = parts.flatMap((part) => (part.includes('=') ? [part.slice(0, part.indexOf('=')).trim()] : []))
  const isOpaque = parts.some((part) => part.split('=')[0]?.includes('$('))
  return { keys: new Set(keys), isOpaque, isClosed: false }
}

/** The user's attributes as text; a reference is kept under another name, which the text refers to. */
const usersPart = (
  env: readonly EnvVar[],
  entry: EnvVar | undefined,
  runtimeValue: string | undefined,
): { kept: EnvVar[]; text: string } => {
  if (!entry?.valueFrom) return { kept: [], text: textOf(entry, runtimeValue) }
  const name = originalName(env, VARIABLE)
  return { kept: [{ ...entry, name }], text: `$(${name})` }
}

const joined = (first: string, second: string): string => {
  if (first.trim() === '') return second
  return first.endsWith(',') ? first + second : `${first},${second}`
}

const isReferenceTo = (entry: EnvVar | undefined, field: DownwardName): boolean =>
  entry?.valueFrom?.fieldRef?.fieldPath === DOWNWARD_FIELDS[field]

/** Prefix of all names in DOWNWARD_FIELDS. */
const DOWNWARD_PREFIX = 'ODIGOS_'

/** Positions of the names with our prefix; a pod can have thousands of others. */
const indexesByName = (env: readonly EnvVar[]): ReadonlyMap<string, number[]> => {
  const indexes = new Map<string, number[]>()
  env.forEach(({ name }, index) => {
    if (!name.startsWith(DOWNWARD_PREFIX)) return
    const known = indexes.get(name)
    if (known) known.push(index)
    else indexes.set(name, [index])
  })
  return indexes
}

/** Entries for the downward variables in use, under names that the user has not taken. */
const downwardVariables = (
  env: readonly EnvVar[],
  position: number,
  attributes: readonly Attribute[],
): { variables: EnvVar[]; nameOf: (name: DownwardName) => string } => {
  const used = attributes.flatMap(({ parts }) =>
    parts.flatMap((part) => (typeof part === 'string' ? [] : [part.variable])),
  )
  const names = new Map<DownwardName, string>()
  const variables: EnvVar[] = []
  const indexes = indexesByName(env)
  const taken = new Set(indexes.keys())
  for (const field of new Set(used)) {
    const isUsable = (name: string): boolean => {
      const [index = position, ...others] = indexes.get(name) ?? []
      return index < position && others.length === 0 && isReferenceTo(env[index], field)
    }
    const name = freeName(field, taken, isUsable, '_')
    names.set(field, name)
    if (!taken.has(name)) variables.push(downwardVariable(name, field))
  }
  return { variables, nameOf: (field) => names.get(field) ?? field }
}

/**
 * The environment with the attributes that the user has not set. The user's entry keeps its position and its keys take
 * precedence; variables that ours refer to are inserted right before it, because `$(NAME)` resolves only earlier entries.
 */
export const addAttributes = (
  env: readonly EnvVar[],
  attributes: readonly Attribute[],
  runtimeValue: string | undefined,
): EnvVar[] => {
  const user = userAttributes(env, runtimeValue)
  const missing = attributes.filter(({ key }) => !user.keys.has(key))
  if (missing.length === 0 || user.isClosed) return [...env]
  const index = lastIndexOf(env, VARIABLE)
  const position = index < 0 ? env.length : index
  const { variables, nameOf } = downwardVariables(env, position, missing)
  const { kept, text } = usersPart(env, env[index], runtimeValue)
  const ours = formatAttributes(missing, nameOf)
  // In all SDKs the last of two entries with the same key wins, so the user's unknown keys come last.
  const value = user.isOpaque ? joined(ours, text) : joined(text, ours)
  const entry = kept.length > 0 ? {} : env[index]
  return [
    ...env.slice(0, position),
    ...variables,
    ...kept,
    { ...entry, name: VARIABLE, value },
    ...env.slice(position + 1),
  ]
}
