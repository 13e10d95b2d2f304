import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { createHealthServer } from '../../../src/process/health.ts'
import { counter, createMetrics, gauge, histogram } from '../../../src/process/metrics.ts'

describe('health and metrics', () => {
  const metrics = createMetrics()
  const health = createHealthServer(metrics)
  let url = ''
  before(async () => {
    url = `http://127.0.0.1:${await health.listen(0)}`
  })
  after(() => health.close())

  const get = async (path: string): Promise<[number, string]> => {
    const response = await fetch(url + path)
    return [response.status, await response.text()]
  }

  it('is well as long as nothing says otherwise', async () => {
    assert.deepEqual(await get('/healthz'), [200, 'ok\n'])
    assert.deepEqual(await get('/readyz?verbose'), [200, 'ok\n'])
    assert.equal((await get('/'))[0], 404)
    health.addReport('/report', () => ({ answer: 42 }))
    assert.deepEqual(await get('/report'), [200, '{"answer":42}'])
  })

  it('tells every reason for not being ready, and is alive all the same', async () => {
    let problem: string | undefined = 'not synced yet'
    health.addReadiness('pods', () => problem)
    health.addReadiness('certificate', () => (problem ? 'expired' : undefined))
    assert.deepEqual(await get('/readyz'), [503, 'pods: not synced yet\ncertificate: expired\n'])
    assert.equal((await get('/healthz'))[0], 200)
    problem = undefined
    assert.equal((await get('/readyz'))[0], 200)
  })

  it('counts a check that throws as a failure', async () => {
    health.addLiveness('broken', () => {
      throw new Error('check fails')
    })
    assert.deepEqual(await get('/healthz'), [503, 'broken: Error: check fails\n'])
  })

  it('prints metrics, one of a name however often it is asked for', async () => {
    counter(metrics, { name: 'odigos_test_total', help: 'A test.', labelNames: ['a'] }).inc({ a: 'x' })
    counter(metrics, { name: 'odigos_test_total', help: 'A test.', labelNames: ['a'] }).inc({ a: 'x' })
    gauge(metrics, { name: 'odigos_test', help: 'A test.', collect: (metric) => metric.set(7) })
    histogram(metrics, { name: 'odigos_test_seconds', help: 'A test.', buckets: [1, 2] }).observe(1.5)
    const [status, text] = await get('/metrics')
    assert.equal(status, 200)
    assert.match(text, /^odigos_test_total\{a="x"\} 2$/m)
    assert.match(text, /^odigos_test 7$/m)
    assert.match(text, /^odigos_test_seconds_bucket\{le="2"\} 1$/m)
    assert.match(text, /^process_resident_memory_bytes /m)
  })

  it('serves requests by POST, and answers what fails', async () => {
    health.addService('/service', (query) => Promise.resolve({ status: 202, body: { name: query.get('name') } }))
    health.addService('/broken', () => Promise.reject(new Error('service fails')))
    const post = async (path: string, method = 'POST'): Promise<[number, unknown]> => {
      const response = await fetch(url + path, { method, ...(method === 'POST' ? { body: '{}' } : {}) })
      return [response.status, await response.json()]
    }
    assert.deepEqual(await post('/service?name=a%20b'), [202, { name: 'a b' }])
    assert.deepEqual(await post('/service', 'GET'), [405, { error: 'only POST is allowed' }])
    assert.deepEqual(await post('/broken'), [500, { error: 'Error: service fails' }])
  })

  it('rejects where the port is taken', async () => {
    const taken = Number(new URL(url).port)
    await assert.rejects(createHealthServer(createMetrics()).listen(taken), /EADDRINUSE/)
  })

  it('closes with a connection open that nobody uses', async () => {
    const server = createHealthServer(createMetrics())
    const port = await server.listen(0)
    const socket = connect(port, '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.on('error', () => undefined)
    await server.close()
  })
})
