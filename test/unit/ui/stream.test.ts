import assert from 'node:assert/strict'
import type { StreamEvent, StreamStep } from '../../../ui/model/stream.ts'
import { IDLE_STREAM, needsStream, nextStream } from '../../../ui/model/stream.ts'

const after = (...events: StreamEvent[]): StreamStep =>
  events.reduce<StreamStep>(({ state }, event) => nextStream(state, event), { state: IDLE_STREAM })

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

/** `visible` is what a page begins with, unless it was opened behind another. */
const HIDDEN_CASES: typeof CASES = [
  ['opens none for a tab that was opened behind another', ['hidden'], ['connecting', false, undefined]],
  ['opens one when that tab is looked at', ['hidden', 'visible'], ['connecting', true, 40]],
  ['keeps it for a moment after the page was hidden', ['visible', 'message', 'hidden'], ['live', true, 10]],
  ['is not kept from its end by messages', ['visible', 'message', 'hidden', 'message'], ['live', true, undefined]],
  [
    'is live for who comes back, if the first message came meanwhile',
    ['visible', 'hidden', 'message'],
    ['live', true, undefined],
  ],
  ['goes on when the page is back soon', ['visible', 'message', 'hidden', 'visible'], ['live', true, 40]],
  ['ends while nobody looks', ['visible', 'message', 'hidden', 'timeout'], ['live', false, undefined]],
  [
    'opens at once for who comes back',
    ['visible', 'message', 'hidden', 'timeout', 'visible'],
    ['connecting', true, 40],
  ],
  ['does not try again while nobody looks', ['visible', 'failed', 'hidden', 'timeout'], ['lost', false, undefined]],
  ['tries at once for who comes back', ['visible', 'failed', 'hidden', 'visible'], ['lost', true, 40]],
]

describe('the stream of a page', () => {
  for (const [what, events, expected] of CASES) {
    it(what, () => assert.deepEqual(seen(after('visible', ...events)), expected))
  }
})
describe('the stream of a hidden page', () => {
  for (const [what, events, expected] of HIDDEN_CASES) {
    it(what, () => assert.deepEqual(seen(after(...events)), expected))
  }
})
