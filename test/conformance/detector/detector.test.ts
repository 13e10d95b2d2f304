/** The detector as it runs in a pod (its bundle, with its variables), over programs that were really started. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import type { FakeContainer } from './container.ts'
import { startContainer } from './container.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { bundleDetector, messageFile, runDetector } from './run-detector.ts'

const MAX_CPU_MS = 2000
/** Programs start within this time, also on a busy machine. */
const STARTED_MS = 30_000
const MAX_RSS_KIB = 100 * 1024

const has = (program: string): boolean => spawnSync('which', [program]).status === 0
const output = (program: string, ...args: string[]): string => {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  return stdout + stderr
}
const firstMatch = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[1]

/** Node.js in a root of its own, where the header that tells its version is a link to one on the host that lies. */
const hostile = (folder: string): Parameters<typeof startContainer>[1] => {
  const lie = join(folder, 'node_version.h')
  const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => `#define NODE_${part}_VERSION ${part === 'MAJOR' ? 99 : 9}\n`,
  )
  writeFileSync(lie, numbers.join(''))
  const prepare = `
    for d in usr lib lib64 bin proc; do
      if [ -e "/$d" ]; then mkdir -p "$ROOT/$d"; mount --rbind "/$d" "$ROOT/$d"; fi
    done
    mkdir -p "$ROOT/opt/node/bin" "$ROOT/opt/node/include/node"
    touch "$ROOT/opt/node/bin/node"
    mount --bind "${join(dirname(process.execPath), 'node')}" "$ROOT/opt/node/bin/node"
    ln -s "/../../..${lie}" "$ROOT/opt/node/include/node/node_version.h"`
  return { prepare, isRooted: true, command: ['/opt/node/bin/node', '-e', 'setInterval(() => {}, 1000)'] }
}

describe('conformance: detector', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'detector-'))
  const containers: FakeContainer[] = []
  const message = messageFile(folder)

  const run = runDetector(folder)
  const start = async (...args: Parameters<typeof startContainer>): Promise<void> => {
    containers.push(await startContainer(...args))
  }
  const look = (key: string): ContainerDetection | undefined =>
    run(containers.map(({ target }) => target).filter((target) => target.key === key)).answers.get(key)
  /** The answer once it is the expected one: before, the program may not have been started. */
  const lookFor = async (
    key: string,
    reason: ContainerDetection['reason'],
  ): Promise<ContainerDetection | undefined> => {
    let answer: ContainerDetection | undefined
    await eventuallyPasses(() => {
      answer = look(key)
      assert.equal(answer?.reason, reason)
    }, STARTED_MS)
    return answer
  }

  before(async function () {
    if (process.getuid?.() !== 0) this.skip()
    await bundleDetector(folder)
    const server = "require('http').createServer((q, r) => r.end()).listen(0, '127.0.0.1')"
    await start('nodejs', {
      command: [process.execPath, '-e', server],
      env: { NODE_OPTIONS: '--max-old-space-size=99', PASSWORD: 'hunter2' },
    })
    const python = 'import http.server; http.server.HTTPServer(("127.0.0.1", 0), None).serve_forever()'
    await start('python', { command: ['python3', '-c', python] })
    await start('python-isolated', { command: ['python3', '-I', '-c', python] })
    await start('shell', { command: ['sh', '-c', 'sleep 1000; true'] })
    await start('hostile', hostile(folder))
  })
  after(async () => {
    for (const container of containers) await container.stop()
    rmSync(folder, { recursive: true })
  })

  it('Node.js, with the value of its options and no secret', async () => {
    await lookFor('nodejs', 'Detected')
    const { answers, stdout } = run(
      containers.filter(({ target }) => target.key === 'nodejs').map(({ target }) => target),
    )
    const answer = answers.get('nodejs')
    assert.deepEqual(
      { reason: answer?.reason, language: answer?.language, version: answer?.runtimeVersion, env: answer?.runtimeEnv },
      {
        reason: 'Detected',
        language: 'nodejs',
        version: process.versions.node,
        env: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=99' }],
      },
    )
    assert.ok(!readFileSync(message, 'utf8').includes('hunter2') && !stdout.includes('hunter2'))
    assert.ok(!stdout.includes('max-old-space-size'), 'no value of a variable is logged')
  })

  it('Python', async () => {
    const minor = firstMatch(output('python3', '--version'), /(\d+\.\d+)/)
    const answer = await lookFor('python', 'Detected')
    assert.equal(answer?.language, 'python')
    assert.ok(answer?.runtimeVersion?.startsWith(minor ?? '?'), answer?.runtimeVersion)
    await lookFor('python-isolated', 'RuntimeNotSupported')
  })

  it('Java', async function () {
    if (!has('java')) this.skip()
    const source = join(folder, 'Main.java')
    writeFileSync(
      source,
      'class Main { public static void main(String[] a) throws Exception { Thread.sleep(1000000); } }',
    )
    await start('java', { command: ['java', source] })
    const answer = await lookFor('java', 'Detected')
    assert.equal(answer?.language, 'java')
    assert.equal(answer?.runtimeVersion, firstMatch(output('java', '-version'), /version "([^"]+)"/))
  })

  it('Go, stripped and under another name', async function () {
    if (!has('go')) this.skip()
    writeFileSync(join(folder, 'main.go'), 'package main\n\nimport "time"\n\nfunc main() { time.Sleep(time.Hour) }\n')
    const program = join(folder, 'python3')
    const env = { ...process.env, CGO_ENABLED: '0' }
    execFileSync('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', program, join(folder, 'main.go')], { env })
    await start('go', { command: [program] })
    const answer = await lookFor('go', 'Detected')
    assert.deepEqual([answer?.language, answer?.libc], ['go', 'none'])
    assert.equal(`go${answer?.runtimeVersion}`, firstMatch(output('go', 'version'), /(go\d\S+)/))
    assert.equal(answer?.executable, program)
  })

  it('a shell alone is still starting; a pod that is gone has no processes', async () => {
    await lookFor('shell', 'StillStarting')
    const gone = {
      key: 'gone',
      podUid: '00000000-0000-0000-0000-000000000000',
      containers: [{ name: 'app', containerId: '0'.repeat(64) }],
    }
    assert.equal(run([gone]).answers.get('gone')?.reason, 'DetectionFailed')
  })

  it('links of a hostile image lead to no file of the node', async () => {
    const answer = await lookFor('hostile', 'Detected')
    assert.equal(answer?.language, 'nodejs')
    assert.equal(
      answer?.runtimeVersion,
      process.versions.node,
      'the version of the program, not 99.9.9 of the host’s file',
    )
  })

  it(`20 workloads take less than ${MAX_CPU_MS} ms of CPU and ${MAX_RSS_KIB / 1024} MiB`, async () => {
    for (let i = 0; i < 14; i++)
      await start(`more-${i}`, { command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] })
    const targets = containers.map(({ target }) => target)
    assert.ok(targets.length >= 19)
    await eventuallyPasses(() => {
      const { answers } = run(targets)
      assert.equal(answers.size, targets.length)
      assert.equal([...answers.values()].filter(({ language }) => language === 'nodejs').length, 16)
    }, STARTED_MS)
    const { cpuMs, rssKiB } = run(targets)
    console.log(
      `      ${targets.length} workloads: ${cpuMs} ms of CPU, ${Math.round(rssKiB / 1024)} MiB, ${readFileSync(message).length} bytes`,
    )
    assert.ok(cpuMs < MAX_CPU_MS, `${cpuMs} ms`)
    assert.ok(rssKiB < MAX_RSS_KIB, `${rssKiB} KiB`)
  })
})
