import type { ListOptions, ObjectRef, ResourceType } from '../types.ts'

/** Path of a collection, in one namespace or in all. */
export const collectionPath = ({ group, version, plural, namespaced }: ResourceType, namespace?: string): string => {
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`
  const scope = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${scope}/${plural}`
}

/** Path of one object. Throws if the namespace of a namespaced object is missing. */
export const objectPath = ({ type, namespace, name }: ObjectRef, subresource?: string): string => {
  if (type.namespaced && !namespace) throw new Error(`${type.kind} ${name}: the namespace is missing`)
  const path = `${collectionPath(type, namespace)}/${encodeURIComponent(name)}`
  return subresource ? `${path}/${subresource}` : path
}

/** `path` with all defined values as its query. */
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
