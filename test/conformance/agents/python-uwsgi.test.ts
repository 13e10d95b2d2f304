/** A server that keeps the interpreter's lock between requests: the thread that sends would never run. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { agentSuite } from './agent-suite.ts'
import { run } from './program.ts'
import { pythonWith } from './runtimes.ts'

describe('the Python agent in uWSGI without threads', function () {
  this.timeout(180_000)
  const suite = agentSuite('python')

  it('sends spans within a later request', async () => {
    const python = await pythonWith('flask-held-lock', ['flask==3.0.3'])
    const env = suite.injected({ PYTHONDONTWRITEBYTECODE: '1', OTEL_BSP_SCHEDULE_DELAY: '100' })
    const { code, stdout, stderr } = await run(python, [join(import.meta.dirname, 'apps/python/held_lock.py')], { env })
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' })
    assert.ok(suite.received(0).includes('server GET /'), 'no span was sent while the process lived')
  })
})
