import assert from 'node:assert/strict'
import type { StreamEvent, StreamStep } from '../../../ui/model/stream.ts'
import { beginStream, needsStream, nextStream } from '../../../ui/model/stream.ts'

const after = (...events: StreamEvent[]): StreamStep =>
  events.reduce<StreamStep>(({ state }, event) => nextStream(state, event), beginStream())

/** Connection, whether a stream is open, and the timer in seconds. */
const seen = ({ state, timerMs }: StreamStep) => [
  state.connection,
  needsStream(state),
  timerMs === undefined ? undefined : timerMs / 1000,
]

const CASES: [what: string, events: StreamEvent[], expected: [string, boolean, number | undefined]][] = [
  ['watches for silence before the first sign', [], ['connecting', true, 40]],
  ['is live with the first message', ['message'], ['live', true, 40]],
  ['stays live with every heartbeat', ['message', 'message'], ['live', true, 40]],
  ['is lost when a stream that opened falls silent', ['message', 'timeout'], ['lost', false, 1]],
  ['is lost when a stream never says anything', ['timeout'], ['lost', false, 1]],
  ['is lost when the stream breaks', ['message', 'failed'], ['lost', false, 1]],
  ['is lost until the next try brings something', ['failed', 'timeout'], ['lost', true, 40]],
  ['is live again when it does', ['failed', 'timeout', 'message'], ['live', true, 40]],
  ['waits twice as long after each failure', ['failed', 'timeout', 'failed', 'timeout', 'failed'], ['lost', false, 4]],
  ['does not wait for ever longer', Array(21).fill(['failed', 'timeout']).flat().slice(0, -1), ['lost', false, 15]],
  ['begins with a short wait after a message', ['failed', 'timeout', 'message', 'failed'], ['lost', false, 1]],
  ['does not mind an error of a stream that it gave up', ['failed', 'failed'], ['lost', false, undefined]],
]

describe('the stream of a page', () => {
  for (const [what, events, expected] of CASES) {
    it(what, () => assert.deepEqual(seen(after(...events)), expected))
  }
})
