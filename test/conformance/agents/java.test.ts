import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentSuite, SERVICE } from './agent-suite.ts'
import { run } from './program.ts'

// What the JVM itself says when the variable is set, whatever is in it.
const picked = /^Picked up JAVA_TOOL_OPTIONS: .*\n/

describe('the Java agent', function () {
  this.timeout(120_000)
  const suite = agentSuite('java')
  let classes: string

  before(async () => {
    classes = await mkdtemp(join(tmpdir(), 'odigos-java-'))
    const compiled = await run('javac', [
      '-encoding',
      'UTF-8',
      '-d',
      classes,
      join(import.meta.dirname, 'apps/java/Server.java'),
    ])
    assert.equal(compiled.code, 0, compiled.stderr)
  })
  after(() => rm(classes, { recursive: true }))

  // Compiling less halves the time that a process of a second's work takes with the agent.
  const runServer = (...injection: Parameters<typeof suite.injected>): ReturnType<typeof run> =>
    run('java', ['-XX:TieredStopAtLevel=1', '-cp', classes, 'Server'], { env: suite.injected(...injection) })

  it('sends the spans of an HttpServer and its client, in one trace', async () => {
    const outcome = await runServer()
    assert.deepEqual([outcome.code, outcome.stdout], [0, 'READY\n'], outcome.stderr)
    const [server] = await suite.sink.waitFor(({ kind }) => kind === 'server')
    const [client] = await suite.sink.waitFor(({ kind }) => kind === 'client')
    assert.equal(server?.serviceName, SERVICE)
    assert.equal(server?.traceId, client?.traceId)
    assert.equal(server?.parentSpanId, client?.spanId)
    assert.equal(server?.resource['telemetry.sdk.language'], 'java')
  })

  it("keeps the user's options", async () => {
    const outcome = await runServer({ JAVA_TOOL_OPTIONS: '-Xmx64m -Dx=y' })
    assert.deepEqual([outcome.code, outcome.stdout], [0, 'READY\n'])
    assert.match(outcome.stderr, /^Picked up JAVA_TOOL_OPTIONS: -Xmx64m -Dx=y -javaagent:\S+\/javaagent\.jar\n/)
  })

  it('sends nothing where OTEL_SDK_DISABLED is true', async () => {
    const before = suite.sink.spans.length
    assert.equal((await runServer({}, { unseen: { OTEL_SDK_DISABLED: 'true' } })).stdout, 'READY\n')
    assert.equal(suite.sink.spans.length, before)
  })

  it('holds the end of a process up for at most 5 s when the collector is away', async () => {
    const near = await runServer()
    const away = await runServer({}, { endpoint: 'http://127.0.0.1:9' })
    assert.deepEqual([away.code, away.stdout], [0, 'READY\n'])
    assert.ok(away.tookMs - near.tookMs < 5_000, `${near.tookMs} ms, ${away.tookMs} ms`)
    assert.match(away.stderr, picked)
  })
})
