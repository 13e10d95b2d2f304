/** State machine of the stream of a page: open, give up, retry, and pause while the page is hidden; pure. */

export type Connection = 'connecting' | 'live' | 'lost'

export interface StreamState {
  /**
   * `leaving`: the page is hidden, and its stream ends with the timer. `waiting`: there is no stream until the timer
   * ends. `paused`: there is none until the page is visible.
   */
  phase: 'open' | 'leaving' | 'waiting' | 'paused'
  connection: Connection
  /** Consecutive streams that ended, or timed out, before the first message. */
  failures: number
}

/** `timeout`: the timer has expired. */
export type StreamEvent = 'message' | 'failed' | 'timeout' | 'hidden' | 'visible'

export interface StreamStep {
  state: StreamState
  /** Restarts the timer; if absent, the timer is unchanged. */
  timerMs?: number
}

/** The server sends a heartbeat every 15 s; after more than two missed heartbeats the stream is dead. */
const SILENCE_LIMIT_MS = 40_000
/** Visits to another tab are often shorter than this. */
const GRACE_MS = 10_000
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 15_000

type Transition = (state: StreamState) => StreamStep

/** The timer starts before the first message: through a tunnel that hangs, a stream neither opens nor fails. */
const open: Transition = (state) => ({
  state: { ...state, phase: 'open', connection: state.connection === 'lost' ? 'lost' : 'connecting' },
  timerMs: SILENCE_LIMIT_MS,
})
const hear: Transition = (state) => ({
  state: { ...state, connection: 'live', failures: 0 },
  // The grace period of a hidden page is not extended by messages.
  ...(state.phase === 'open' ? { timerMs: SILENCE_LIMIT_MS } : {}),
})
const giveUp: Transition = ({ failures }) => ({
  state: { phase: 'waiting', connection: 'lost', failures: failures + 1 },
  timerMs: Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS),
})
const leave: Transition = (state) => ({ state: { ...state, phase: 'leaving' }, timerMs: GRACE_MS })
const comeBack: Transition = (state) => ({ state: { ...state, phase: 'open' }, timerMs: SILENCE_LIMIT_MS })
const pause: Transition = (state) => ({ state: { ...state, phase: 'paused', failures: 0 } })

/**
 * A hidden page has no stream: over HTTP/1.1 a browser opens at most six connections to a host, so that with six tabs
 * not even an action would get through.
 */
const TRANSITIONS: Record<StreamState['phase'], Partial<Record<StreamEvent, Transition>>> = {
  open: { message: hear, failed: giveUp, timeout: giveUp, hidden: leave },
  leaving: { message: hear, failed: pause, timeout: pause, visible: comeBack },
  waiting: { timeout: open, hidden: pause },
  paused: { visible: open },
}

/** Initial state. */
export const IDLE_STREAM: StreamState = { phase: 'paused', connection: 'connecting', failures: 0 }

/** Applies an event; one that the phase does not expect changes nothing. */
export const nextStream = (state: StreamState, event: StreamEvent): StreamStep =>
  TRANSITIONS[state.phase][event]?.(state) ?? { state }

/** Whether a stream must be open. */
export const needsStream = ({ phase }: StreamState): boolean => phase === 'open' || phase === 'leaving'
