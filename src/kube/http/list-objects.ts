import type { KubeObject } from '../../api/kubernetes.ts'
import { readPages } from './list-pages.ts'
import type { Page } from './list-pages.ts'
import { apiVersionOf } from '../resources.ts'
import type { KubeClient, ListOptions, ResourceType } from '../types.ts'

/** All objects of a type, as an informer lists them, for a read that is not repeated. */
export const listObjects = async <T extends KubeObject>(
  client: Pick<KubeClient, 'request'>,
  type: ResourceType,
  options: ListOptions = {},
): Promise<T[]> => {
  let items: KubeObject[] = []
  await readPages(
    (path) => client.request<Page>('GET', path),
    { type, options },
    {
      onStart: () => {
        items = []
      },
      onPage: (page) => void items.push(...page),
    },
  )
  // Items of a list lack them.
  const kinds = { apiVersion: apiVersionOf(type), kind: type.kind }
  return items.map((item) => ({ ...item, ...kinds })) as T[]
}
