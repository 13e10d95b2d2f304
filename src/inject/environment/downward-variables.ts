import type { EnvVar } from '../../api/kubernetes.ts'
import { freeName } from '../pod/free-name.ts'
import type { Attribute, DownwardName } from './resource-attributes.ts'
import { DOWNWARD_FIELDS, downwardVariable } from './resource-attributes.ts'

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
export const downwardVariables = (
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
