/** Whether a view of the delivery is worth a look at the Destinations. Pure. */
import type { FlowView, SignalFlow } from './flow.ts'

/** Figures are written at most at this interval. */
export const FIGURES_AGAIN_MS = 60_000

/** What is told at once. */
const urgent = ({ verdict, lastError }: SignalFlow): string => `${verdict} ${lastError?.cause} ${lastError?.words}`

const summary = ({ unread, isBlind, isSettled, signals }: FlowView): string =>
  JSON.stringify([
    unread,
    isBlind,
    isSettled,
    Array.from(signals, ([key, flow]) => `${key} ${urgent(flow)}`).toSorted((a, b) => (a < b ? -1 : 1)),
  ])

const hasFigures = ({ signals }: FlowView): boolean => signals.size > 0

export const isFlowNews = (told: FlowView, now: FlowView): boolean =>
  summary(told) !== summary(now) || (hasFigures(now) && now.atMs - told.atMs >= FIGURES_AGAIN_MS)
