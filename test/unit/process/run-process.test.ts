/** The life of a process, seen from outside: exit codes, signals, readiness. */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { freePort } from '../../support/api-server/free-port.ts'

const module = join(import.meta.dirname, '../../../src/process/run-process.ts')

interface Run {
  child: ChildProcess
  port: number
  output: () => string
  exit: Promise<number | null>
}

const run = async (main: string, env: Record<string, string> = {}): Promise<Run> => {
  const port = await freePort()
  const script = `import { runProcess } from ${JSON.stringify(module)}; await runProcess('scheduler', ${main})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: process.env['PATH'], METRICS_PORT: String(port), ...env },
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const exit = once(child, 'close').then(([code]) => code as number | null)
  return { child, port, output: () => output, exit }
}

const untilAborted = `new Promise((resolve) => signal.addEventListener('abort', resolve))`

describe('runProcess', function () {
  this.timeout(30_000)

  it('ends with 0 when main returns, also with something left open', async () => {
    const { exit, output } = await run(`async () => { setInterval(() => {}, 1000) }`)
    assert.equal(await exit, 0, output())
  })

  it('ends with 1 and the error when main throws', async () => {
    const { exit, output } = await run(`async () => { throw new Error('main is broken') }`)
    assert.equal(await exit, 1)
    assert.match(output(), /main is broken/)
  })

  it('ends with 1 and every wrong variable, before it does anything', async () => {
    const { exit, output } = await run(`async () => console.log('began')`, { LOG_LEVEL: 'loud', METRICS_PORT: 'x' })
    assert.equal(await exit, 1)
    assert.match(output(), /LOG_LEVEL: /)
    assert.match(output(), /METRICS_PORT: /)
    assert.doesNotMatch(output(), /began/)
  })

  for (const [name, cause] of [
    ['a rejection', `void Promise.reject(new Error('forgotten'))`],
    ['an exception', `setTimeout(() => { throw new Error('forgotten') })`],
  ] as const) {
    it(`ends with 1 after ${name} that nobody handles`, async () => {
      const { exit, output } = await run(`async ({ signal }) => { ${cause}; await ${untilAborted} }`)
      assert.equal(await exit, 1)
      assert.match(output(), /forgotten/)
    })
  }

  it('is ready, is not any more at SIGTERM, and ends with 0 when main has finished', async () => {
    const { child, port, exit, output } = await run(
      `async ({ signal }) => { await ${untilAborted}; await new Promise((resolve) => setTimeout(resolve, 1000)) }`,
    )
    const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${port}/readyz`)).status
    await eventuallyPasses(async () => assert.equal(await ready(), 200))
    child.kill('SIGTERM')
    await eventuallyPasses(async () => assert.equal(await ready(), 503))
    assert.equal(child.exitCode, null)
    assert.equal(await exit, 0, output())
  })

  it('ends at once at a second signal', async () => {
    const { child, exit, output } = await run(`async () => new Promise(() => setInterval(() => {}, 1000))`)
    await eventuallyPasses(() => assert.match(output(), /started/))
    child.kill('SIGINT')
    await eventuallyPasses(() => assert.match(output(), /shutting down/))
    child.kill('SIGTERM')
    assert.equal(await exit, 1)
  })
})
