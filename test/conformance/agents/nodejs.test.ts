import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../../zoo/harness/injected.ts'
import { agentSuite, SERVICE } from './agent-suite.ts'
import type { Outcome } from './program.ts'
import { run } from './program.ts'
import type { NodeVersion } from './runtimes.ts'
import { nodeRuntime, nodeVersions } from './runtimes.ts'

const app = (name: string): string => join(import.meta.dirname, 'apps/node', name)

// Before 18.19 there is no way to hook `import` from a file that is loaded by --require.
const withModuleHooks: readonly NodeVersion[] = ['18.20.8', '20.20.2', '22.23.3', '24']

describe('the Node.js agent', function () {
  this.timeout(120_000)
  const suite = agentSuite('nodejs')

  const runInjected = async (version: NodeVersion, args: readonly string[], unseen?: Environment): Promise<Outcome> =>
    run((await nodeRuntime(version)).command, args, { env: suite.injected({ END: '1' }, unseen ? { unseen } : {}) })

  for (const version of nodeVersions) {
    it(`sends spans of a CommonJS application on ${version}, in one trace, and nothing to its output`, async () => {
      const before = suite.sink.spans.length
      const outcome = await runInjected(version, [app('http.cjs')])
      assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, 'READY\n', ''])
      assert.deepEqual(suite.received(before), ['client GET', 'server GET'])
      const [server, client] = suite.sink.spans.slice(before).toSorted((a, b) => b.kind.localeCompare(a.kind))
      assert.equal(server?.traceId, client?.traceId)
      assert.equal(server?.parentSpanId, client?.spanId)
      assert.deepEqual([server?.serviceName, server?.resource['telemetry.sdk.language']], [SERVICE, 'nodejs'])
    })

    it(`leaves the output and end of an ES module application as they are on ${version}`, async () => {
      const before = suite.sink.spans.length
      const outcome = await runInjected(version, [app('http.mjs')])
      assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, 'READY\n', ''])
      const expected = withModuleHooks.includes(version) ? ['client GET', 'server GET'] : []
      assert.deepEqual(suite.received(before), expected)
    })
  }

  for (const version of withModuleHooks) {
    for (const file of ['express.cjs', 'express.mjs']) {
      it(`names the route of a library's server: ${file} on ${version}`, async () => {
        const before = suite.sink.spans.length
        const outcome = await runInjected(version, [app(file)])
        assert.deepEqual([outcome.code, outcome.stderr], [0, ''])
        assert.ok(suite.received(before).includes('server GET /items/:id'), suite.received(before).join())
      })
    }
  }

  for (const [title, args, user] of [
    ['OTEL_SDK_DISABLED', [app('http.cjs')], { OTEL_SDK_DISABLED: 'true' }],
    ['a package manager', [app('tools/npm-cli.js')], {}],
    ['a script of an exec probe', [app('tools/healthcheck.js')], {}],
    ['inline code', ['-e', `require(${JSON.stringify(app('http.cjs'))})`], {}],
    ['an application with an SDK of its own', [app('own-sdk/app.cjs')], {}],
    ['another agent', ['--require', app('dd-trace.cjs'), app('http.cjs')], {}],
  ] as const) {
    it(`leaves alone: ${title}`, async () => {
      const before = suite.sink.spans.length
      const outcome = await runInjected('24', args, { ...user, ODIGOS_DEBUG: 'true' })
      assert.deepEqual([outcome.code, outcome.stdout], [0, 'READY\n'])
      assert.match(outcome.stderr, /^odigos: not instrumented: .+\n$/)
      assert.deepEqual(suite.received(before), [])
    })
  }

  it('instruments the main thread, not its workers', async () => {
    assert.equal((await runInjected('24', [app('worker.cjs')])).stdout, 'worker instrumented: false\n')
    assert.equal((await runInjected('24', [app('marked.cjs')])).stdout, 'instrumented: true\n')
  })

  it('loads once, however often it is asked to', async () => {
    const before = suite.sink.spans.length
    const again = `--require ${join(suite.folder, 'boot.cjs')}`
    const outcome = await runInjected('24', [app('http.cjs')], { NODE_OPTIONS: `${again} ${again}` })
    assert.equal(outcome.code, 0)
    assert.equal(suite.received(before).length, 2)
  })

  it('lets the application start when files of the agent are missing', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'odigos-agent-'))
    try {
      await cp(join(suite.folder, 'boot.cjs'), join(broken, 'boot.cjs'))
      const env = suite.injected({ END: '1' }, { folder: broken })
      for (const version of nodeVersions) {
        const outcome = await run((await nodeRuntime(version)).command, [app('http.cjs')], { env })
        assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, 'READY\n', ''])
      }
    } finally {
      await rm(broken, { recursive: true })
    }
  })

  it('holds the end of a process up for at most 3 s when the collector is away', async () => {
    const env = suite.injected({ END: '1' }, { endpoint: 'http://127.0.0.1:9' })
    for (const version of ['14.21.3', '18.20.8', '24'] as const) {
      const near = await runInjected(version, [app('http.cjs')])
      const away = await run((await nodeRuntime(version)).command, [app('http.cjs')], { env })
      assert.deepEqual([away.code, away.stdout, away.stderr], [0, 'READY\n', ''])
      assert.ok(away.tookMs - near.tookMs < 3_000, `${version}: ${near.tookMs} ms, ${away.tookMs} ms`)
    }
  })
})
