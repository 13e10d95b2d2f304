/**
 * What the page shows of what the server has: a server that was just started knows nothing yet, and what it knew before
 * must not vanish from the page, least of all a form that someone is filling in; pure.
 */
import type { ClusterView } from './view.ts'

export interface Known {
  /** As the server has it; its changes are relative to this. */
  served: ClusterView
  /** The last of them that lacked nothing that was known before. */
  good: ClusterView
}

export const firstKnown = (view: ClusterView): Known => ({ served: view, good: view })

const hasForgotten = (served: ClusterView, good: ClusterView): boolean =>
  served.status.missing.some((kind) => !good.status.missing.includes(kind))

/** A kind that is missing from the start, because it may not be read, holds nothing up. */
export const learn = ({ good }: Known, served: ClusterView): Known => ({
  served,
  good: hasForgotten(served, good) ? good : served,
})

/** The status is always the server's, so that the page can say that the rest is old. */
export const shownView = ({ served, good }: Known): ClusterView =>
  served === good ? served : { ...good, status: served.status }
