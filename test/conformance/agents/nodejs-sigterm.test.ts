import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { agentSuite } from './agent-suite.ts'
import { run, start } from './program.ts'
import type { NodeVersion } from './runtimes.ts'
import { nodeRuntime } from './runtimes.ts'

const app = (name: string): string => join(import.meta.dirname, 'apps/node', name)
// One that is not ended by the signal must not hold the suite up.
const limitMs = 10_000
const versions: readonly NodeVersion[] = ['14.21.3', '18.20.8', '22.23.3', '24']

const untilSpans = async (collector: HttpServer): Promise<void> => {
  for (;;) {
    const [{ url }] = (await once(collector, 'request')) as [IncomingMessage]
    if (url === '/v1/traces') return
  }
}

describe('SIGTERM to an instrumented Node.js application', function () {
  this.timeout(60_000)
  const suite = agentSuite('nodejs')

  for (const version of versions) {
    it(`ends one without a handler at once; what ended half a second before has been sent, on ${version}`, async () => {
      const before = suite.sink.spans.length
      const program = start((await nodeRuntime(version)).command, [app('http.cjs')], { env: suite.injected(), limitMs })
      await program.printed('READY')
      await suite.sink.waitFor(() => true, before + 2, 2_000)
      const outcome = await program.end()
      assert.deepEqual([outcome.code, outcome.signal, outcome.stderr], [null, 'SIGTERM', ''])
      assert.ok(outcome.tookMs < 500, `${outcome.tookMs} ms`)
      assert.equal(suite.sink.spans.length - before, 2)
    })
  }

  it('comes after what the SDK sends itself, too: with compression, which our own sender lacks', async () => {
    const collector = createHttpServer((request, response) => request.resume().on('end', () => response.end()))
    await once(collector.listen(0, '127.0.0.1'), 'listening')
    try {
      const { port } = collector.address() as AddressInfo
      const user = { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }
      const env = suite.injected(user, { endpoint: `http://127.0.0.1:${port}` })
      const program = start((await nodeRuntime('24')).command, [app('http.cjs')], { env, limitMs })
      // The SDK's own interval is 5 s.
      await Promise.race([untilSpans(collector), sleep(3_000).then(() => assert.fail('nothing has been sent'))])
      assert.equal((await program.end()).signal, 'SIGTERM')
    } finally {
      collector.close()
    }
  })

  it('ends one without a handler at once when the collector accepts but never answers', async () => {
    const silent = createServer()
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    try {
      const { port } = silent.address() as AddressInfo
      // The exporter's own limits are far away here: the agent's must hold.
      const user = { OTEL_EXPORTER_OTLP_TIMEOUT: '60000', OTEL_BSP_EXPORT_TIMEOUT: '60000' }
      const env = suite.injected(user, { endpoint: `http://127.0.0.1:${port}` })
      const program = start((await nodeRuntime('24')).command, [app('http.cjs')], { env, limitMs })
      await program.printed('READY')
      const outcome = await program.end()
      assert.equal(outcome.signal, 'SIGTERM')
      assert.ok(outcome.tookMs < 500, `${outcome.tookMs} ms`)
    } finally {
      silent.close()
    }
  })

  it('gives 143 below a shell, as without the agent', async () => {
    const { command } = await nodeRuntime('24')
    const script = `'${command}' '${app('http.cjs')}' & child=$!; sleep 1.5; kill -TERM $child; wait $child; echo "status $?"`
    for (const env of [{}, suite.injected()]) {
      assert.match((await run('sh', ['-c', script], { env })).stdout, /status 143/)
    }
  })

  for (const version of versions) {
    it(`leaves the end to the application's own handler, and sends its spans, on ${version}`, async () => {
      const before = suite.sink.spans.length
      const program = start((await nodeRuntime(version)).command, [app('handler.cjs')], {
        env: suite.injected(),
        limitMs,
      })
      await program.printed('READY')
      const outcome = await program.end()
      assert.deepEqual([outcome.code, outcome.stdout], [0, 'READY\nHANDLED\n'])
      assert.ok(outcome.tookMs > 900 && outcome.tookMs < 3_000, `${outcome.tookMs} ms`)
      assert.equal(suite.sink.spans.length - before, 2)
    })
  }

  it('lets a library end the process that does so only when it alone listens', async () => {
    const program = start((await nodeRuntime('24')).command, [app('signal-exit.cjs')], {
      env: suite.injected(),
      limitMs,
    })
    await program.printed('READY')
    const outcome = await program.end()
    assert.equal(outcome.signal, 'SIGTERM')
    assert.ok(outcome.tookMs < 3_000, `${outcome.tookMs} ms`)
  })

  it('is ignored by process 1 of a container, with the agent as without', async function () {
    if (process.getuid?.() !== 0) {
      console.log('      skipped: a PID namespace needs root')
      return this.skip()
    }
    const { command } = await nodeRuntime('24')
    for (const env of [{}, suite.injected()]) {
      const program = start('unshare', ['--pid', '--fork', '--kill-child', command, app('http.cjs')], { env, limitMs })
      await program.printed('READY')
      const children = await readFile(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8')
      const first = Number(children)
      process.kill(first, 'SIGTERM')
      await sleep(1_000)
      process.kill(first, 0) // throws when it has ended
      process.kill(first, 'SIGKILL')
      await program.outcome
    }
  })
})
