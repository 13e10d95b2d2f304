import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { createBodyReader } from '../../../src/webhook/body.ts'

const LIMITS = { maxBytes: 100, maxBytesTogether: 150, timeoutMs: 50 }

const start = (limits = LIMITS) => {
  const read = createBodyReader(limits)
  return (remoteAddress = '') => {
    const stream = new PassThrough()
    return { stream, body: read(Object.assign(stream, { socket: { remoteAddress } }) as unknown as IncomingMessage) }
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

  it('refuses the oldest of those that are too much together, and gives the room back', async () => {
    const open = start()
    const [first, second] = [open('a'), open('b')]
    first.stream.write(Buffer.alloc(90, 'a'))
    await new Promise(setImmediate)
    second.stream.write(Buffer.alloc(90, 'b'))
    assert.deepEqual(await first.body, { unread: 'too many at once', beginning: 'a'.repeat(90) })
    second.stream.end()
    assert.deepEqual(await second.body, { text: 'b'.repeat(90) })
    const third = open('a')
    third.stream.end(Buffer.alloc(90, 'c'))
    assert.deepEqual(await third.body, { text: 'c'.repeat(90) })
  })

  it('reads the bodies of one address while those of another stall', async () => {
    const open = start({ maxBytes: 100, maxBytesTogether: 300, timeoutMs: 10_000 })
    const stalled = [1, 2, 3].map(() => open('stranger'))
    for (const { stream } of stalled) {
      stream.write(Buffer.alloc(90, 's'))
      await new Promise(setImmediate)
    }
    // Two thirds of the room are all that one address gets.
    const oldest = await stalled[0]?.body
    assert.ok(oldest && 'unread' in oldest)
    assert.equal(oldest.unread, 'too many at once')
    for (const letter of 'xyz') {
      const { stream, body } = open('api-server')
      stream.write(Buffer.alloc(50, letter))
      await new Promise(setImmediate)
      stream.end(Buffer.alloc(50, letter))
      assert.deepEqual(await body, { text: letter.repeat(100) })
    }
    for (const { stream } of stalled) stream.destroy()
  })

  for (const [kind, element] of [
    ['objects', '{},'],
    ['lists', '[],'],
    ['numbers', '1,'],
    ['members', '"a":1,'],
  ] as const) {
    it(`refuses a large body of nothing but ${kind}`, async () => {
      const { stream, body } = start({ maxBytes: 4e6, maxBytesTogether: 8e6, timeoutMs: 10_000 })()
      stream.end(`[${element.repeat(3e6 / element.length)}1]`)
      assert.equal(((await body) as { unread: string }).unread, 'too dense')
    })
  }

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
