/** What a page is rendered from; pure. */
import type { ClusterView } from '../model/view.ts'

/** A page with more workloads than this would be megabytes, rendered for each visit: the stream brings them instead. */
const MAX_WORKLOADS = 200

/** The whole view of a small cluster; of a large one everything but its workloads, which are marked as missing. */
export const firstView = (view: ClusterView): ClusterView =>
  Object.keys(view.workloads).length <= MAX_WORKLOADS
    ? view
    : { ...view, workloads: {}, status: { ...view.status, missing: [...view.status.missing, 'workloads'] } }
