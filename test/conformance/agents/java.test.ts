import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assembledAgent } from '../../../agents/assemble.ts'
import type { OtlpSink } from '../../support/telemetry/otlp-sink.ts'
import { startOtlpSink } from '../../support/telemetry/otlp-sink.ts'
import type { Environment } from './injected.ts'
import { injectedEnvironment } from './injected.ts'
import { run } from './program.ts'

// What the JVM itself says when the variable is set, whatever is in it.
const picked = /^Picked up JAVA_TOOL_OPTIONS: .*\n/

describe('the Java agent', function () {
  this.timeout(120_000)
  let folder: string
  let classes: string
  let sink: OtlpSink

  before(async () => {
    folder = await assembledAgent('java')
    sink = await startOtlpSink()
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
  after(async () => {
    await sink.close()
    await rm(classes, { recursive: true })
  })

  // Compiling less halves the time that a process of a second's work takes with the agent.
  const runServer = (endpoint: string, user?: Environment): ReturnType<typeof run> =>
    run('java', ['-XX:TieredStopAtLevel=1', '-cp', classes, 'Server'], {
      env: injectedEnvironment('java', { folder, endpoint, ...(user ? { user } : {}) }),
    })

  it('sends the spans of an HttpServer and its client, in one trace', async () => {
    const outcome = await runServer(sink.endpoint)
    assert.deepEqual([outcome.code, outcome.stdout], [0, 'READY\n'], outcome.stderr)
    const [server] = await sink.waitFor(({ kind }) => kind === 'server')
    const [client] = await sink.waitFor(({ kind }) => kind === 'client')
    assert.equal(server?.serviceName, 'tested')
    assert.equal(server?.traceId, client?.traceId)
    assert.equal(server?.parentSpanId, client?.spanId)
    assert.equal(server?.resource['telemetry.sdk.language'], 'java')
  })

  it("keeps the user's options", async () => {
    const outcome = await runServer(sink.endpoint, { JAVA_TOOL_OPTIONS: '-Xmx64m -Dx=y' })
    assert.deepEqual([outcome.code, outcome.stdout], [0, 'READY\n'])
    assert.match(outcome.stderr, /^Picked up JAVA_TOOL_OPTIONS: -Xmx64m -Dx=y -javaagent:\S+\/javaagent\.jar\n/)
  })

  it('sends nothing where OTEL_SDK_DISABLED is true', async () => {
    const before = sink.spans.length
    assert.equal((await runServer(sink.endpoint, { OTEL_SDK_DISABLED: 'true' })).stdout, 'READY\n')
    assert.equal(sink.spans.length, before)
  })

  it('holds the end of a process up for at most 5 s when the collector is away', async () => {
    const near = await runServer(sink.endpoint)
    const away = await runServer('http://127.0.0.1:9')
    assert.deepEqual([away.code, away.stdout], [0, 'READY\n'])
    assert.ok(away.tookMs - near.tookMs < 5_000, `${near.tookMs} ms, ${away.tookMs} ms`)
    assert.match(away.stderr, picked)
  })
})
