/** However a process ends, it ends as without the agent; its spans have arrived unless a signal cut it off. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { agentSuite } from './agent-suite.ts'
import { run } from './program.ts'
import { nodeRuntime } from './runtimes.ts'

/** A signal ends them by its default action, within the interval of sending. */
const cutOff = ['raise-again.cjs', 'raise-first.cjs', 'interrupted.cjs']

const app = (name: string): string => join(import.meta.dirname, 'apps/node/end', name)

describe('the end of an instrumented Node.js process', function () {
  this.timeout(600_000)
  const suite = agentSuite('nodejs')

  for (const version of ['14.21.3', '18.20.8', '22.23.3', '24'] as const) {
    for (const file of [
      'exit.cjs',
      'throw.cjs',
      'reject.cjs',
      'raise-again.cjs',
      'raise-later.cjs',
      'raise-first.cjs',
      'listener-exits.cjs',
      'interrupted.cjs',
    ]) {
      it(`is as without the agent: ${file} on ${version}`, async () => {
        const { command } = await nodeRuntime(version)
        const before = suite.sink.spans.length
        const bare = await run(command, [app(file)])
        const outcome = await run(command, [app(file)], { env: suite.injected() })
        const compared = ({ code, signal, stdout, stderr }: typeof bare): unknown[] => [code, signal, stdout, stderr]
        const withoutPid = (each: typeof bare): typeof bare => ({
          ...each,
          stderr: each.stderr.replaceAll(/node:\d+/g, ''),
        })
        assert.deepEqual(compared(withoutPid(outcome)), compared(withoutPid(bare)))
        if (cutOff.includes(file)) return
        assert.deepEqual(suite.received(before), ['client GET', 'server GET'])
      })
    }
  }

  it('waits only a moment for a collector that does not answer', async () => {
    const { command } = await nodeRuntime('24')
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    try {
      const { port } = silent.address() as AddressInfo
      const env = suite.injected({}, { endpoint: `http://127.0.0.1:${port}` })
      const bare = await run(command, [app('exit.cjs')])
      const outcome = await run(command, [app('exit.cjs')], { env })
      assert.equal(outcome.code, 3)
      // The limit is a quarter of a second; the rest is the start of the agent.
      assert.ok(outcome.tookMs - bare.tookMs < 1_400, `${outcome.tookMs} ms, ${bare.tookMs} ms without the agent`)
    } finally {
      silent.close()
    }
  })
})
