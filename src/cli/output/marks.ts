import type { Tone } from '../../view/words.ts'

/** What became of a probe, at a hop or at a backend. */
export const OUTCOME_MARKS: Readonly<Record<'Passed' | 'Stopped' | 'Unknown', readonly [mark: string, tone: Tone]>> = {
  Passed: ['✓', 'good'],
  Stopped: ['✗', 'bad'],
  Unknown: ['?', 'busy'],
}
