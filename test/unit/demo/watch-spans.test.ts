import assert from 'node:assert/strict'
import type { Kubectl } from '../../../deploy/demo/kubectl.ts'
import { watchSpans } from '../../../deploy/demo/watch-spans.ts'

const line = (name: string): string => {
  const span = { traceId: 'a', spanId: 'b', name, startTimeUnixNano: '0', endTimeUnixNano: '0' }
  return `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })}\n`
}

/** Answers as the backend's reader does about a file that grows. */
const reader = (file: { text: string }): Kubectl =>
  ({
    run: (args: readonly string[]) => {
      const command = args.at(-1) ?? ''
      const from = /tail -c \+(\d+)/.exec(command)?.[1]
      return Promise.resolve(from === undefined ? `${file.text.length}\n` : file.text.slice(Number(from) - 1))
    },
  }) as Partial<Kubectl> as Kubectl

const namesOf = (spans: readonly { name: string }[]): string[] => spans.map(({ name }) => name)

describe('spans that are received', () => {
  it('from now on are without those of before, and without the rest of a line that was being written', async () => {
    const whole = line('before') + line('halfway')
    const file = { text: whole.slice(0, -20) }
    const update = await watchSpans(reader(file))
    assert.deepEqual(namesOf(await update()), [])
    file.text = whole + line('first')
    assert.deepEqual(namesOf(await update()), ['first'])
    file.text += line('second') + line('unfinished').slice(0, 10)
    assert.deepEqual(namesOf(await update()), ['first', 'second'])
  })

  it('from the start are all', async () => {
    const update = await watchSpans(reader({ text: line('before') + line('later') }), 'start')
    assert.deepEqual(namesOf(await update()), ['before', 'later'])
  })

  it('by a backend that is new are all', async () => {
    const file = { text: '' }
    const update = await watchSpans(reader(file))
    file.text = line('first')
    assert.deepEqual(namesOf(await update()), ['first'])
  })
})
