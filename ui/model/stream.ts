/** How a page keeps its one stream: when it is opened, given up and tried again; pure. */

export type Connection = 'connecting' | 'live' | 'lost'

export interface StreamState {
  /** `waiting`: there is no stream until the timer ends. */
  phase: 'open' | 'waiting'
  connection: Connection
  /** Streams in a row that ended, or stayed silent, before they brought anything. */
  failures: number
}

/** `timeout` is the end of the one timer. */
export type StreamEvent = 'message' | 'failed' | 'timeout'

export interface StreamStep {
  state: StreamState
  /** Starts the timer anew; where absent it goes on as it is. */
  timerMs?: number
}

/** The server sends a heartbeat every 15 s; without a sign for longer than two of them the stream is dead. */
const SILENCE_LIMIT_MS = 40_000
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 15_000

type Transition = (state: StreamState) => StreamStep

/** Armed before anything came: through a tunnel that hangs a stream neither opens nor fails. */
const open: Transition = (state) => ({
  state: { ...state, phase: 'open', connection: state.connection === 'lost' ? 'lost' : 'connecting' },
  timerMs: SILENCE_LIMIT_MS,
})
const hear: Transition = () => ({
  state: { phase: 'open', connection: 'live', failures: 0 },
  timerMs: SILENCE_LIMIT_MS,
})
const giveUp: Transition = ({ failures }) => ({
  state: { phase: 'waiting', connection: 'lost', failures: failures + 1 },
  timerMs: Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS),
})

const TRANSITIONS: Record<StreamState['phase'], Partial<Record<StreamEvent, Transition>>> = {
  open: { message: hear, failed: giveUp, timeout: giveUp },
  waiting: { timeout: open },
}

/** The first step of a page. */
export const beginStream = (): StreamStep => open({ phase: 'waiting', connection: 'connecting', failures: 0 })

/** What an event changes; nothing where it comes too late to matter. */
export const nextStream = (state: StreamState, event: StreamEvent): StreamStep =>
  TRANSITIONS[state.phase][event]?.(state) ?? { state }

/** Whether a stream is to be open now. */
export const needsStream = ({ phase }: StreamState): boolean => phase !== 'waiting'
