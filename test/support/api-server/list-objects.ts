import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { readPages } from '../../../src/kube/http/list-pages.ts'
import type { Page } from '../../../src/kube/http/list-pages.ts'
import { apiVersionOf } from '../../../src/kube/resources.ts'
import type { KubeClient, ListOptions, ResourceType } from '../../../src/kube/types.ts'

/** All objects of a type, as an informer lists them. */
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
