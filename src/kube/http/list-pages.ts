import type { KubeObject } from '../../api/kubernetes.ts'
import { isGone } from './error.ts'
import { collectionPath, selectorQuery, withQuery } from './paths.ts'
import type { ListOptions, ResourceType } from '../types.ts'

/** Page size of a list, as in client-go and kubectl. */
const PAGE_SIZE = 500
/** Maximum number of restarts of a list whose continue token expired (etcd compacts every five minutes). */
const MAX_RESTARTS = 3

export interface Page {
  items: KubeObject[]
  metadata: { resourceVersion: string; continue?: string }
}

export interface PageHandler {
  /** Called before the first page, and again when the list restarts. */
  onStart: () => void
  onPage: (items: KubeObject[]) => void
}

const readOnce: typeof readPages = async (readPage, { type, options }, handler) => {
  handler.onStart()
  let token: string | undefined
  for (;;) {
    // Without a resourceVersion the read is consistent: it is not older than the request.
    const query = { ...selectorQuery(options), limit: PAGE_SIZE, continue: token }
    const page = await readPage(withQuery(collectionPath(type, options.namespace), query))
    handler.onPage(page.items)
    token = page.metadata.continue
    if (!token) return page.metadata.resourceVersion
  }
}

/** Reads a list with no more than one page in memory at a time; returns the list's resourceVersion. */
export const readPages = async (
  readPage: (path: string) => Promise<Page>,
  query: { type: ResourceType; options: ListOptions },
  handler: PageHandler,
): Promise<string> => {
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await readOnce(readPage, query, handler)
    } catch (error) {
      if (!isGone(error) || restarts >= MAX_RESTARTS) throw error
    }
  }
}
