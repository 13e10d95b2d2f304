import type { Cached, Informer, InformerOptions } from '../types.ts'
import { createInformer } from './informer.ts'

/** An informer with an index by namespace. */
export interface NamespacedInformer<T extends Cached> extends Informer<T> {
  in: (namespace: string) => T[]
}

export const createNamespacedInformer = <T extends Cached>(
  options: Omit<InformerOptions<T>, 'onChange'>,
): NamespacedInformer<T> => {
  const namespaces = new Map<string, Map<string, T>>()
  const onChange: InformerOptions<T>['onChange'] = (object, change) => {
    const { namespace = '', name } = object.metadata
    const objects = namespaces.get(namespace) ?? new Map<string, T>()
    if (change === 'removed') objects.delete(name)
    else objects.set(name, object)
    if (objects.size > 0) namespaces.set(namespace, objects)
    else namespaces.delete(namespace)
  }
  return {
    ...createInformer({ ...options, onChange }),
    in: (namespace) => [...(namespaces.get(namespace)?.values() ?? [])],
  }
}
