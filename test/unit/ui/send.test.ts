import assert from 'node:assert/strict'
import { send } from '../../../ui/components/send.ts'

const realFetch = globalThis.fetch

describe('what the page asks of the server', () => {
  let asked: RequestInit | undefined
  const reportLanguage = (answer: () => Promise<Response>): void => {
    globalThis.fetch = (_url, init) => {
      asked = init
      return answer()
    }
  }
  afterEach(() => {
    globalThis.fetch = realFetch
  })
  const failed = (thrown: Error) => () => Promise.reject(thrown)

  it('has no error where it was done', async () => {
    reportLanguage(() => Promise.resolve(new Response(null, { status: 204 })))
    assert.equal(await send('DELETE', '/api/destinations/tempo'), undefined)
  })
  it('has the error of the server', async () => {
    const error = { code: 'NotFound', message: 'It is gone.' }
    reportLanguage(() => Promise.resolve(Response.json({ error }, { status: 404 })))
    assert.deepEqual(await send('POST', '/api/restart', {}), error)
  })
  it('says that nobody answers', async () => {
    reportLanguage(failed(new TypeError('fetch failed')))
    assert.equal((await send('POST', '/api/restart', {}))?.code, 'Unreachable')
  })
  it('ends by itself, and says that it may have been done', async () => {
    reportLanguage(failed(new DOMException('too long', 'TimeoutError')))
    assert.equal((await send('POST', '/api/restart', {}))?.code, 'TooSlow')
    assert.ok(asked?.signal instanceof AbortSignal)
  })
})
