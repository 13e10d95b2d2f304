/** What the detector says about containers that were really started, beyond their language. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FakeContainer } from './container.ts'
import { startContainer } from './container.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { bundleDetector, runDetector } from './run-detector.ts'

const IDLE = 'setInterval(() => {}, 1000)'
const MIB = 1024 * 1024

/** A file system whose server never answers, at /mnt. The program holds the server's end. */
const DEAD_MOUNT = `exec 9<>/dev/fuse
mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 dead /mnt`

describe('conformance: detector, containers', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'detector-'))
  const containers: FakeContainer[] = []
  const run = runDetector(folder)
  const start = async (...args: Parameters<typeof startContainer>): Promise<void> => {
    containers.push(await startContainer(...args))
  }
  const startNode = (key: string, code: string, env: Record<string, string> = {}): Promise<void> =>
    start(key, { command: ['sh', '-c', `cd ${folder}/app && exec "$0" -e "$1"`, process.execPath, code], env })

  before(async function () {
    if (process.getuid?.() !== 0) this.skip()
    await bundleDetector(folder)
    mkdirSync(join(folder, 'app'))
    writeFileSync(join(folder, 'app/package.json'), '{"dependencies":{"@opentelemetry/sdk-node":"1"}}')
    await startNode('titled', `process.title = 'next-server (v15.1.0)'; ${IDLE}`)
    await startNode('large', `globalThis.kept = Buffer.alloc(${200 * MIB}, 1); ${IDLE}`)
    const cluster = join(folder, 'cluster.cjs')
    const fork = "require('node:cluster').isPrimary && [1, 2, 3].forEach(() => require('node:cluster').fork())"
    writeFileSync(cluster, `${fork}; ${IDLE}`)
    await start('cluster', { command: [process.execPath, cluster] })
  })
  after(async () => {
    for (const container of containers) await container.stop()
    rmSync(folder, { recursive: true })
  })
  const answers = (...keys: string[]) =>
    run(containers.map(({ target }) => target).filter(({ key }) => keys.includes(key))).answers

  /** Programs start, and take their memory, within this time. */
  const STARTED_MS = 30_000

  it('finds the package of an application that has rewritten its title', () =>
    eventuallyPasses(() => {
      const answer = answers('titled').get('titled')
      assert.deepEqual([answer?.reason, answer?.language], ['OwnSdk', 'nodejs'])
      assert.match(answer?.message ?? '', /@opentelemetry\/sdk-node in .*\/app\/package\.json/)
    }, STARTED_MS))

  it('measures memory and processes', () =>
    eventuallyPasses(() => {
      const found = answers('large', 'cluster')
      const { memoryMiB = 0, processes } = found.get('large')?.measured ?? {}
      assert.equal(processes, 1)
      assert.ok(memoryMiB >= 200 && memoryMiB < 330, `${memoryMiB} MiB`)
      assert.equal(found.get('cluster')?.measured?.processes, 4)
    }, STARTED_MS))

  it('is not held up by a mount that does not respond: the other containers are reported, and the reason', async function () {
    if (!existsSync('/dev/fuse')) this.skip()
    await start('dead', {
      prepare: DEAD_MOUNT,
      command: [process.execPath, '-e', IDLE],
      env: { pm_exec_path: '/mnt/app.js' },
    })
    const targets = containers.toReversed().map(({ target }) => target)
    assert.equal(targets[0]?.key, 'dead')
    await eventuallyPasses(() => {
      const found = run(targets).answers
      assert.equal(found.get('dead')?.reason, 'DetectionFailed')
      assert.match(found.get('dead')?.message ?? '', /a mount may not respond/)
      assert.equal(found.get('titled')?.language, 'nodejs')
      assert.equal(found.size, targets.length)
    }, STARTED_MS)
  })
})
