/**
 * What the page shows of the view that the server holds: a server that has just started has loaded nothing yet, and what
 * it served before must not vanish from the page, least of all a form that is being filled in; pure.
 */
import type { ClusterView } from '../../src/view/view.ts'

export interface Known {
  /** The current view of the server; its changes are relative to this. */
  served: ClusterView
  /** The last view that lacked nothing known before. */
  good: ClusterView
}

export const firstKnown = (view: ClusterView): Known => ({ served: view, good: view })

const hasForgotten = (served: ClusterView, good: ClusterView): boolean =>
  served.status.missing.some((kind) => !good.status.missing.includes(kind))

/** A kind that was missing from the start, for lack of permission, does not block updates. */
export const learn = ({ good }: Known, served: ClusterView): Known => ({
  served,
  good: hasForgotten(served, good) ? good : served,
})

/** The status is always the server's, so that the page can warn that the rest is out of date. */
export const shownView = ({ served, good }: Known): ClusterView =>
  served === good ? served : { ...good, status: served.status }
