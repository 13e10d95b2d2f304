import type { EnvVar } from '../../api/kubernetes.ts'
import { escapeReferences } from '../../api/kubernetes.ts'
import { downwardVariables } from './downward-variables.ts'
import { findVariable, lastIndexOf, mayBeMissing, originalName } from './hook.ts'
import type { Attribute } from './resource-attributes.ts'
import { formatAttributes } from './resource-attributes.ts'

/** The variable with the attributes: OTEL_RESOURCE_ATTRIBUTES, or its name among our settings. */
export interface AttributesVariable {
  name: string
  /** Its value from the image or envFrom, which an entry in the pod overrides; '' if it is not known. */
  runtimeValue: string | undefined
}

/** What the variable holds already. */
export interface UserAttributes {
  keys: ReadonlySet<string>
  /** Some keys are unknown, because part of the value comes from a reference. */
  isOpaque: boolean
  /** Nothing can be added: the value is unknown, or a missing optional reference would stay in it as literal text. */
  isClosed: boolean
}

const textOf = (entry: EnvVar | undefined, runtimeValue: string | undefined): string =>
  entry ? (entry.value ?? '') : escapeReferences(runtimeValue ?? '')

export const userAttributes = (env: readonly EnvVar[], { name, runtimeValue }: AttributesVariable): UserAttributes => {
  const entry = findVariable(env, name)
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
  variable: AttributesVariable,
): { kept: EnvVar[]; text: string } => {
  if (!entry?.valueFrom) return { kept: [], text: textOf(entry, variable.runtimeValue) }
  const name = originalName(env, variable.name)
  return { kept: [{ ...entry, name }], text: `$(${name})` }
}

const joined = (first: string, second: string): string => {
  if (first.trim() === '') return second
  return first.endsWith(',') ? first + second : `${first},${second}`
}

/**
 * The environment with the attributes that the user has not set. The user's entry keeps its position and its keys take
 * precedence; variables that ours refer to are inserted right before it, because `$(NAME)` resolves only earlier entries.
 */
export const addAttributes = (
  env: readonly EnvVar[],
  attributes: readonly Attribute[],
  variable: AttributesVariable,
): EnvVar[] => {
  const user = userAttributes(env, variable)
  const missing = attributes.filter(({ key }) => !user.keys.has(key))
  if (missing.length === 0 || user.isClosed) return [...env]
  const index = lastIndexOf(env, variable.name)
  const position = index < 0 ? env.length : index
  const { variables, nameOf } = downwardVariables(env, position, missing)
  const { kept, text } = usersPart(env, env[index], variable)
  const ours = formatAttributes(missing, nameOf)
  // In all SDKs the last of two entries with the same key wins, so the user's unknown keys come last.
  const value = user.isOpaque ? joined(ours, text) : joined(text, ours)
  const entry = kept.length > 0 ? {} : env[index]
  return [
    ...env.slice(0, position),
    ...variables,
    ...kept,
    { ...entry, name: variable.name, value },
    ...env.slice(position + 1),
  ]
}
