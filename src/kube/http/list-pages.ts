import type { KubeObject } from '../../api/kubernetes.ts'
import { isGone } from './error.ts'
import { collectionPath, selectorQuery, withQuery } from './paths.ts'
import type { ListOptions, ResourceType } from '../types.ts'

/** Objects of one page of a list, as client-go and kubectl ask for. */
const PAGE_SIZE = 500
/** A page can hold 500 objects of 1.5 MiB and is read from etcd. */
export const LIST_TIMEOUT_MS = 60_000
/** Times that a list begins again because its continue token expired (etcd compacts every five minutes). */
const MAX_RESTARTS = 3

export interface Page {
  items: KubeObject[]
  metadata: { resourceVersion: string; continue?: string }
}

export interface PageHandler {
  /** Before the first page, and again when the list has to begin anew. */
  onStart: () => void
  onPage: (items: KubeObject[]) => void
}

const readOnce: typeof readPages = async (readPage, { type, options }, handler) => {
  handler.onStart()
  let token: string | undefined
  for (;;) {
    // Without a resourceVersion the read is consistent: it is not older than the moment of asking.
    const query = { ...selectorQuery(options), limit: PAGE_SIZE, continue: token }
    const page = await readPage(withQuery(collectionPath(type, options.namespace), query))
    handler.onPage(page.items)
    token = page.metadata.continue
    if (!token) return page.metadata.resourceVersion
  }
}

/** Reads a list page by page, so that never more than a page is in memory; answers the list's resourceVersion. */
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
