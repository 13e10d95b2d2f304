import assert from 'node:assert/strict'
import fc from 'fast-check'
import { KubeError } from '../../../../src/kube/http/error.ts'
import { readEvents, readLines } from '../../../../src/kube/watch/watch-stream.ts'

// oxlint-disable-next-line typescript/require-await -- an async generator is what a stream is
async function* chunksOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('watch stream', () => {
  it('reads the same lines however the bytes are cut, also within a character', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\n') && text !== '')
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 8 }),
        fc.array(fc.nat({ max: 200 }), { maxLength: 10 }),
        async (lines, cuts) => {
          const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
          const ends = [...cuts.filter((cut) => cut < bytes.length), bytes.length].sort((a, b) => a - b)
          const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
          assert.deepEqual(await collect(readLines(chunksOf(...chunks))), lines)
        },
      ),
    )
  })

  it('drops a last line that was cut off, and empty lines', async () => {
    assert.deepEqual(await collect(readLines(chunksOf('a\n\nb\nc'))), ['a', 'b'])
  })

  it('tells of each chunk', async () => {
    let chunks = 0
    await collect(readLines(chunksOf('a', 'b\n', 'c'), () => (chunks += 1)))
    assert.equal(chunks, 3)
  })

  it('throws the status of an ERROR event, and for garbage an error that does not repeat it', async () => {
    const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }
    const error = await collect(readEvents(chunksOf(`${JSON.stringify({ type: 'ERROR', object: status })}\n`))).catch(
      (caught: unknown) => caught,
    )
    assert.ok(error instanceof KubeError)
    assert.deepEqual([error.status, error.reason], [410, 'Expired'])
    for (const garbage of ['secret\n', '{"type":"ADDED"}\n', '{"type":"ADDED","object":{"secret":1}}\n', 'null\n']) {
      const caught = await collect(readEvents(chunksOf(garbage))).catch((thrown: unknown) => thrown)
      assert.ok(caught instanceof KubeError, garbage)
      assert.equal(caught.reason, 'MalformedResponse')
      assert.doesNotMatch(caught.message, /secret/)
    }
  })
})
