import type { ListOptions, ObjectRef, ResourceType } from '../types.ts'

/** Path of a collection, of one namespace or of all. */
export const collectionPath = ({ group, version, plural, namespaced }: ResourceType, namespace?: string): string => {
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`
  const scope = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${scope}/${plural}`
}

/** Path of one object. Throws where an object with a namespace is named without one. */
export const objectPath = ({ type, namespace, name }: ObjectRef, subresource?: string): string => {
  if (type.namespaced && !namespace) throw new Error(`${type.kind} ${name}: the namespace is missing`)
  const path = `${collectionPath(type, namespace)}/${encodeURIComponent(name)}`
  return subresource ? `${path}/${subresource}` : path
}

/** `path` with a query of all values that are not undefined. */
export const withQuery = (path: string, query: Record<string, string | number | boolean | undefined>): string => {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value))
  return search.size > 0 ? `${path}?${search}` : path
}

/** The selectors of a list or watch as a query. */
export const selectorQuery = ({ labelSelector, fieldSelector }: ListOptions): Record<string, string | undefined> => ({
  labelSelector,
  fieldSelector,
})
