/** How long what decides about. Only tests override it. */
export interface FlowTiming {
  /** Time that figures and the growth of queues are taken from. */
  windowMs: number
  /** What happened within this time decides about the reason. */
  recentMs: number
  /** Without a success for this long while something waits, an error says why; longer than a batch waits for others. */
  stallMs: number
  /** A better reason must have held for this long. A worse one counts at once. */
  holdMs: number
  /** Growth of a queue is told only after this long. */
  growthMs: number
  /** A gateway that has not been read for this long is unknown; a replacement of its pod is sooner. */
  unreadMs: number
}

export const FLOW_TIMING: FlowTiming = {
  windowMs: 300_000,
  recentMs: 120_000,
  stallMs: 30_000,
  holdMs: 60_000,
  growthMs: 120_000,
  unreadMs: 60_000,
}
