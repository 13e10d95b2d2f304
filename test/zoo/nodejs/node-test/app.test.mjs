import assert from 'node:assert/strict'
import http from 'node:http'
import { mock, test } from 'node:test'

test('answers', async () => {
  const server = http.createServer((_request, response) => response.end('a')).listen(0)
  const response = await fetch(`http://127.0.0.1:${server.address().port}`)
  assert.equal(await response.text(), 'a')
  server.close()
})
test('mocks time and functions', () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
  const called = mock.method(http, 'get', () => 'mocked')
  assert.equal(http.get('a'), 'mocked')
  assert.equal(called.mock.callCount(), 1)
  mock.timers.tick(1000)
  mock.reset()
})
test('fails', () => assert.equal(1, 2))
