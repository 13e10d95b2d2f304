/** The view that a page is rendered from; pure. */
import type { ClusterView } from '../../src/view/view.ts'

/** Maximum number of workloads in a rendered page. More would take megabytes per visit; the stream sends them instead. */
const MAX_WORKLOADS = 200

/** The whole view of a small cluster; that of a large one without workloads, which are marked as missing. */
export const firstView = (view: ClusterView): ClusterView =>
  Object.keys(view.workloads).length <= MAX_WORKLOADS
    ? view
    : { ...view, workloads: {}, status: { ...view.status, missing: [...view.status.missing, 'workloads'] } }
