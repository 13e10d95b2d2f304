import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { createBodyReader } from '../../../src/webhook/body.ts'

const LIMITS = { maxBytes: 100, maxBytesTogether: 150, timeoutMs: 50 }

const start = (limits = LIMITS) => {
  const read = createBodyReader(limits)
  return () => {
    const stream = new PassThrough()
    return { stream, body: read(stream as unknown as IncomingMessage) }
  }
}

describe('webhook: reading bodies', () => {
  it('in pieces, also in the middle of a character', async () => {
    const { stream, body } = start()()
    const bytes = Buffer.from('{"ü":1}')
    stream.write(bytes.subarray(0, 3))
    stream.end(bytes.subarray(3))
    assert.deepEqual(await body, { text: '{"ü":1}' })
  })

  it('refuses one that is too large as soon as it is, and lets the rest pass', async () => {
    const { stream, body } = start()()
    stream.write(Buffer.alloc(101, 'a'))
    assert.deepEqual(await body, { unread: 'too large', beginning: 'a'.repeat(101) })
    assert.ok(stream.write(Buffer.alloc(100_000)) || stream.readableFlowing)
  })

  it('refuses one that does not end in time, with what came of it', async () => {
    const { stream, body } = start()()
    stream.write('beginning')
    assert.deepEqual(await body, { unread: 'too slow', beginning: 'beginning' })
  })

  it('refuses what is too much together, and gives the room back', async () => {
    const open = start()
    const [first, second] = [open(), open()]
    first.stream.write(Buffer.alloc(90, 'a'))
    await new Promise(setImmediate)
    second.stream.write(Buffer.alloc(90, 'b'))
    assert.deepEqual(await second.body, { unread: 'too many at once', beginning: 'b'.repeat(90) })
    first.stream.end()
    assert.deepEqual(await first.body, { text: 'a'.repeat(90) })
    const third = open()
    third.stream.end(Buffer.alloc(90, 'c'))
    assert.deepEqual(await third.body, { text: 'c'.repeat(90) })
  })

  it('gives the room of a client that goes away back', async () => {
    const open = start()
    const gone = open()
    gone.stream.write(Buffer.alloc(90))
    await new Promise(setImmediate)
    gone.stream.destroy()
    assert.equal(await gone.body, undefined)
    const next = open()
    next.stream.end(Buffer.alloc(90, 'd'))
    assert.deepEqual(await next.body, { text: 'd'.repeat(90) })
  })
})
