/** An application that starts an SDK of its own keeps it, whether or not that could be known before. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { build } from 'esbuild'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentSuite, SERVICE } from './agent-suite.ts'
import { nodePackages } from './node-packages.ts'
import type { Outcome } from './program.ts'
import { run, start } from './program.ts'
import { nodeRuntime } from './runtimes.ts'

const apps = join(import.meta.dirname, 'apps/node')
const PACKAGES = ['@opentelemetry/api@1.9.0', '@opentelemetry/sdk-trace-node@1.30.1']

describe('a Node.js application that starts an OpenTelemetry SDK of its own', function () {
  this.timeout(600_000)
  const suite = agentSuite('nodejs')
  let root: string

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'odigos-own-sdk-'))
    await symlink(join(await nodePackages('own-sdk', PACKAGES), 'node_modules'), join(root, 'node_modules'))
    for (const name of ['sdk-in-code.cjs', 'api-only.cjs']) await cp(join(apps, name), join(root, name))
    for (const minify of [false, true]) {
      const outfile = join(root, minify ? 'minified.cjs' : 'bundle.cjs')
      const entryPoints = [join(root, 'sdk-in-code.cjs')]
      await build({ entryPoints, outfile, bundle: true, platform: 'node', minify, logLevel: 'error' })
    }
  })
  after(() => rm(root, { recursive: true }))

  const runBoth = async (version: '14.21.3' | '20.20.2' | '24', name: string, user = {}): Promise<Outcome[]> => {
    const { command } = await nodeRuntime(version)
    const env = suite.injected(user)
    const bare = await run(command, [join(root, name)], { env: user, cwd: root })
    return [bare, await run(command, [join(root, name)], { env, cwd: root })]
  }

  for (const version of ['14.21.3', '20.20.2', '24'] as const) {
    for (const name of ['sdk-in-code.cjs', 'bundle.cjs', 'minified.cjs']) {
      for (const user of [{}, { LATE: '1' }]) {
        it(`keeps its spans, name and environment: ${name} ${'LATE' in user ? 'late' : 'at start'} on ${version}`, async () => {
          const before = suite.sink.spans.length
          const [bare, injected] = await runBoth(version, name, user)
          assert.match(
            bare?.stdout ?? '',
            /^traceparent undefined\nearly root,inner child,own root\nunknown_service\n\n$/,
          )
          assert.deepEqual([injected?.code, injected?.stdout, injected?.stderr], [0, bare?.stdout, bare?.stderr])
          assert.equal(suite.sink.spans.length, before)
        })
      }
    }
  }

  it('is told from one that only uses the API, whose spans are ours', async () => {
    const before = suite.sink.spans.length
    const [, injected] = await runBoth('24', 'api-only.cjs')
    assert.equal(injected?.stderr, '')
    const spans = suite.sink.spans.slice(before)
    const server = spans.find(({ kind }) => kind === 'server')
    assert.equal(spans.find(({ name }) => name === 'manual')?.parentSpanId, server?.spanId)
  })

  it('reports once that it is loaded, and that it gave way', async () => {
    const reports: string[] = []
    const collector = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => {
        if (request.url === '/v1/logs') reports.push(body)
        collector.emit('reported')
        response.end()
      })
    })
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
    try {
      const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
      const { command } = await nodeRuntime('24')
      const env = suite.injected({}, { endpoint })
      await run(command, [join(apps, 'tools/npm-cli.js')], { env, cwd: root })
      const untilReported = async (file: string, count: number): Promise<void> => {
        const program = start(command, ['--require', join(apps, 'linger.cjs'), file], {
          env: { ...env, LATE: '1' },
          cwd: root,
        })
        while (reports.length < count) await once(collector, 'reported')
        await program.end()
      }
      await untilReported(join(root, 'sdk-in-code.cjs'), 2)
      await untilReported(join(apps, 'own-sdk/app.cjs'), 3)
    } finally {
      collector.close()
    }
    const told = reports.map((body) => {
      const [resource] = (JSON.parse(body) as { resourceLogs: Record<string, unknown>[] }).resourceLogs
      assert.ok(JSON.stringify(resource).includes(`"service.name","value":{"stringValue":"${SERVICE}"`))
      return /"odigos.outcome","value":\{"stringValue":"(\w+)".*"odigos.reason","value":\{"stringValue":"(\w+)"/.exec(
        body,
      )
    })
    assert.deepEqual(
      told.map((match) => match?.slice(1)),
      [
        ['Loaded', 'AgentLoaded'],
        ['StoodBack', 'OwnSdk'],
        ['StoodBack', 'OwnSdk'],
      ],
    )
  })
})
