import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Environment } from '../../zoo/harness/injected.ts'
import { agentSuite } from './agent-suite.ts'
import type { Outcome } from './program.ts'
import { run, start } from './program.ts'
import { pythonMinors, pythonRuntime, pythonWith } from './runtimes.ts'

const app = (name: string): string => join(import.meta.dirname, 'apps/python', name)
const unsupported: readonly string[] = ['2.7', '3.6', '3.7']
const system = '/usr/bin/python3'

/** Waits until the address answers, at most 20 s. */
const answering = async (url: string): Promise<void> => {
  const deadline = Date.now() + 20_000
  for (;;) {
    const response = await fetch(url).catch((error: unknown) => error)
    if (response instanceof Response) return
    if (Date.now() > deadline) throw new Error(`${url} does not answer`, { cause: response })
    await sleep(50)
  }
}

describe('the Python agent', function () {
  this.timeout(180_000)
  const suite = agentSuite('python')

  const injected = (user?: Environment): Environment =>
    // As in a container with a read-only file system.
    suite.injected({ PYTHONDONTWRITEBYTECODE: '1', ...user })

  const runInjected = (command: string, args: readonly string[], user?: Environment): Promise<Outcome> =>
    run(command, args, { env: injected(user) })

  for (const minor of pythonMinors) {
    it(`lets an application run on ${minor}, silently, and sends its spans where it can`, async function () {
      const runtime = await pythonRuntime(minor)
      if (!runtime) {
        console.log(`      skipped: this machine has no Python ${minor}`)
        return this.skip()
      }
      const before = suite.sink.spans.length
      const outcome = await runInjected(runtime.command, [app('plain.py')])
      assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, 'READY\n', ''])
      assert.deepEqual(suite.received(before), unsupported.includes(minor) ? [] : ['client GET'])
    })
  }

  it("runs on the system's Python", async () => {
    const before = suite.sink.spans.length
    assert.equal((await runInjected(system, [app('plain.py')])).stdout, 'READY\n')
    assert.deepEqual(suite.received(before), ['client GET'])
    assert.equal(suite.sink.spans.at(-1)?.resource['telemetry.sdk.language'], 'python')
  })

  describe('and the packages of the application', () => {
    let python: string
    before(async () => {
      const pins = ['flask==3.0.3', 'gunicorn==23.0.0', 'requests==2.28.2', 'urllib3==1.26.18']
      python = await pythonWith('old-requests', pins)
    })

    it('leaves it the versions that it has pinned', async () => {
      for (const env of [{}, injected()]) {
        const outcome = await run(python, [app('versions.py')], { env })
        assert.deepEqual([outcome.stdout, outcome.stderr], ['2.28.2 1.26.18\n', ''])
      }
    })

    it('still sends the spans of a Flask application that has them', async () => {
      const before = suite.sink.spans.length
      const outcome = await runInjected(python, [app('flask_app.py')])
      assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, '7\n', ''])
      assert.deepEqual(suite.received(before), ['server GET /items/<number>'])
    })

    it('sends the spans of gunicorn workers', async () => {
      const before = suite.sink.spans.length
      const port = 20_000 + (process.pid % 20_000)
      const args = ['-m', 'gunicorn', '--workers', '2', '--bind', `127.0.0.1:${port}`, 'flask_app:app']
      const program = start(python, args, { env: injected({ PYTHONUNBUFFERED: '1' }), cwd: app('.') })
      try {
        await answering(`http://127.0.0.1:${port}/items/1`)
        await Promise.all([1, 2, 3, 4].map(() => fetch(`http://127.0.0.1:${port}/items/7`)))
      } finally {
        assert.equal((await program.end()).code, 0)
      }
      assert.equal(suite.received(before).filter((span) => span === 'server GET /items/<number>').length, 5)
    })
  })

  for (const [title, path, expected] of [
    ['runs', 'own-sitecustomize', { stdout: 'sitecustomize of the application\nREADY\n', stderr: /^$/ }],
    ['reports as always', 'broken-sitecustomize', { stdout: 'READY\n', stderr: /RuntimeError: sitecustomize of the/ }],
  ] as const) {
    it(`${title} the application's own sitecustomize: ${path}`, async () => {
      const before = suite.sink.spans.length
      const outcome = await runInjected(system, [app('plain.py')], { PYTHONPATH: app(path) })
      assert.deepEqual([outcome.code, outcome.stdout], [0, expected.stdout])
      assert.match(outcome.stderr, expected.stderr)
      assert.deepEqual(suite.received(before), ['client GET'])
    })
  }

  it("chains to the application's own sitecustomize on Python 2.7", async function () {
    const runtime = await pythonRuntime('2.7')
    if (!runtime) {
      console.log('      skipped: this machine has no Python 2.7')
      return this.skip()
    }
    const outcome = await runInjected(runtime.command, [app('plain.py')], { PYTHONPATH: app('own-sitecustomize') })
    assert.deepEqual([outcome.stdout, outcome.stderr], ['sitecustomize of the application\nREADY\n', ''])
  })

  for (const method of ['fork', 'spawn']) {
    it(`sends the spans of a child process: ${method}`, async () => {
      const before = suite.sink.spans.length
      const outcome = await runInjected(system, [app('children.py'), method], { OTEL_BSP_SCHEDULE_DELAY: '200' })
      assert.deepEqual([outcome.code, outcome.stderr], [0, ''])
      assert.deepEqual(suite.received(before), ['client GET'])
    })
  }

  for (const option of ['-I', '-E', '-S']) {
    it(`does no harm where Python is told not to look: ${option}`, async () => {
      const outcome = await runInjected(system, [option, app('plain.py')])
      assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, 'READY\n', ''])
    })
  }

  const added =
    (path: string) =>
    ({ PYTHONPATH }: Environment) => ({ PYTHONPATH: `${PYTHONPATH}:${path}` })
  for (const [title, args, unseen] of [
    ['OTEL_SDK_DISABLED', [app('plain.py')], () => ({ OTEL_SDK_DISABLED: 'true' })],
    ['inline code', ['-c', 'print("READY")'], () => ({})],
    ['a package tool', ['-m', 'compileall', '-h'], () => ({})],
    ['an application with an SDK of its own', [app('plain.py')], added(app('own-sdk'))],
    ['another agent', [app('plain.py')], added('/usr/lib/ddtrace/bootstrap')],
  ] as const) {
    it(`leaves alone: ${title}`, async () => {
      const before = suite.sink.spans.length
      const env = injected({ ODIGOS_DEBUG: 'true' })
      const outcome = await run(system, args, { env: { ...env, ...unseen(env) } })
      assert.equal(outcome.code, 0)
      assert.match(outcome.stderr, /^odigos: not instrumented: .+\n$/)
      assert.deepEqual(suite.received(before), [])
    })
  }

  it('lets the application start when files of the agent are missing', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'odigos-agent-'))
    try {
      await cp(join(suite.folder, 'boot'), join(broken, 'boot'), { recursive: true })
      const env = suite.injected({}, { folder: broken })
      const outcome = await run(system, [app('plain.py')], { env })
      assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, 'READY\n', ''])
    } finally {
      await rm(broken, { recursive: true })
    }
  })

  it('sends the spans of an application whose libraries bring an older API of OpenTelemetry', async () => {
    const python = await pythonWith('old-api', ['opentelemetry-api==1.27.0'])
    const before = suite.sink.spans.length
    const outcome = await runInjected(python, [app('plain.py')])
    assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, 'READY\n', ''])
    assert.deepEqual(suite.received(before), ['client GET'])
  })

  it('runs the application un-instrumented where its packages are too old for the agent', async () => {
    const python = await pythonWith('old-typing', ['typing_extensions==4.1.1'])
    const outcome = await runInjected(python, [app('plain.py')])
    assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, 'READY\n', ''])
  })

  it('holds the end of a process up for at most 3 s when the collector is away', async () => {
    const near = await runInjected(system, [app('plain.py')])
    const away = await run(system, [app('plain.py')], {
      env: suite.injected({}, { endpoint: 'http://127.0.0.1:9' }),
    })
    assert.deepEqual([away.code, away.stdout, away.stderr], [0, 'READY\n', ''])
    assert.ok(away.tookMs - near.tookMs < 3_000, `${near.tookMs} ms, ${away.tookMs} ms`)
  })
})
