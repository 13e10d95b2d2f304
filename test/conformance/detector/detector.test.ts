/** The detector as it runs in a pod (its bundle, with its variables), over programs that were really started. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { PROCESSES } from '../../../tools/bundle.ts'
import type { ContainerDetection, DetectorTarget } from '../../../src/api/detector-protocol.ts'
import { decodeReport } from '../../../src/api/detector-protocol.ts'
import type { FakeContainer } from './container.ts'
import { startContainer } from './container.ts'

const MAX_RUN_MS = 2000
const MAX_RSS_KIB = 100 * 1024
const PRINT_RSS = 'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))'

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
  const bundle = join(folder, 'detector.mjs')
  const message = join(folder, 'termination-log')

  const run = (targets: readonly DetectorTarget[]) => {
    const startedAt = performance.now()
    const { stderr, stdout, status } = spawnSync(process.execPath, ['--import', PRINT_RSS, bundle], {
      encoding: 'utf8',
      env: { TARGETS: JSON.stringify(targets), TERMINATION_MESSAGE_PATH: message },
    })
    assert.equal(status, 0, stderr + stdout)
    const report = decodeReport(readFileSync(message, 'utf8'))
    const answers = new Map(
      report?.answers.map(({ target, containers: [answer] }) => [targets[target]?.key, answer as ContainerDetection]),
    )
    return { answers, ms: performance.now() - startedAt, rssKiB: Number(stderr.trim().split('\n').at(-1)), stdout }
  }
  const start = async (...args: Parameters<typeof startContainer>): Promise<void> => {
    containers.push(await startContainer(...args))
  }
  const look = (key: string): ContainerDetection | undefined =>
    run(containers.map(({ target }) => target).filter((target) => target.key === key)).answers.get(key)

  before(async function () {
    if (process.getuid?.() !== 0) this.skip()
    await build({
      entryPoints: [join(import.meta.dirname, '../../..', PROCESSES.detector)],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      minify: true,
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      logLevel: 'error',
    })
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
    await sleep(1500)
  })
  after(async () => {
    for (const container of containers) await container.stop()
    rmSync(folder, { recursive: true })
  })

  it('Node.js, with the value of its options and no secret', () => {
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

  it('Python', () => {
    const minor = firstMatch(output('python3', '--version'), /(\d+\.\d+)/)
    const answer = look('python')
    assert.deepEqual([answer?.reason, answer?.language], ['Detected', 'python'])
    assert.ok(answer?.runtimeVersion?.startsWith(minor ?? '?'), answer?.runtimeVersion)
    assert.equal(look('python-isolated')?.reason, 'RuntimeNotSupported')
  })

  it('Java', async function () {
    if (!has('java')) this.skip()
    const source = join(folder, 'Main.java')
    writeFileSync(
      source,
      'class Main { public static void main(String[] a) throws Exception { Thread.sleep(1000000); } }',
    )
    await start('java', { command: ['java', source] })
    await sleep(3000)
    const answer = look('java')
    assert.deepEqual([answer?.reason, answer?.language], ['Detected', 'java'])
    assert.equal(answer?.runtimeVersion, firstMatch(output('java', '-version'), /version "([^"]+)"/))
  })

  it('Go, stripped and under another name', async function () {
    if (!has('go')) this.skip()
    writeFileSync(join(folder, 'main.go'), 'package main\n\nimport "time"\n\nfunc main() { time.Sleep(time.Hour) }\n')
    const program = join(folder, 'python3')
    const env = { ...process.env, CGO_ENABLED: '0' }
    execFileSync('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', program, join(folder, 'main.go')], { env })
    await start('go', { command: [program] })
    const answer = look('go')
    assert.deepEqual([answer?.reason, answer?.language, answer?.libc], ['Detected', 'go', 'none'])
    assert.equal(`go${answer?.runtimeVersion}`, firstMatch(output('go', 'version'), /(go\d\S+)/))
    assert.equal(answer?.executable, program)
  })

  it('a shell alone is still starting; a pod that is gone has no processes', () => {
    assert.equal(look('shell')?.reason, 'StillStarting')
    const gone = {
      key: 'gone',
      podUid: '00000000-0000-0000-0000-000000000000',
      containers: [{ name: 'app', containerId: '0'.repeat(64) }],
    }
    assert.equal(run([gone]).answers.get('gone')?.reason, 'DetectionFailed')
  })

  it('links of a hostile image lead to no file of the node', () => {
    const answer = look('hostile')
    assert.equal(answer?.language, 'nodejs')
    assert.equal(
      answer?.runtimeVersion,
      process.versions.node,
      'the version of the program, not 99.9.9 of the host’s file',
    )
  })

  it(`20 workloads take less than ${MAX_RUN_MS} ms and ${MAX_RSS_KIB / 1024} MiB`, async () => {
    for (let i = 0; i < 14; i++)
      await start(`more-${i}`, { command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] })
    await sleep(500)
    const targets = containers.map(({ target }) => target)
    assert.ok(targets.length >= 19)
    const { answers, ms, rssKiB } = run(targets)
    console.log(
      `      ${targets.length} workloads: ${Math.round(ms)} ms, ${Math.round(rssKiB / 1024)} MiB, ${readFileSync(message).length} bytes`,
    )
    assert.equal(answers.size, targets.length)
    assert.equal([...answers.values()].filter(({ language }) => language === 'nodejs').length, 16)
    assert.ok(ms < MAX_RUN_MS, `${ms} ms`)
    assert.ok(rssKiB < MAX_RSS_KIB, `${rssKiB} KiB`)
  })
})
