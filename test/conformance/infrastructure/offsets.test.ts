/** No line is lost and none comes twice, whatever happens to the collector, to what it sends to, and to the files. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { InfrastructureScene } from '../../support/telemetry/infrastructure-scene.ts'
import { criLine, infrastructureScene } from '../../support/telemetry/infrastructure-scene.ts'

const POD = 'cart-0'

describe('offsets of a real collector', function () {
  this.timeout(180_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-offsets-'))
  let scene: InfrastructureScene
  /** Numbers of lines that were written to a container. */
  const written = new Map<string, number>()

  /** Longer than a fingerprint together. */
  const writeLines = (container: string, count: number, file = '0.log'): void => {
    const from = written.get(container) ?? 0
    const lines = Array.from({ length: count }, (_, index) => criLine(`${container} ${from + index} ${'x'.repeat(80)}`))
    scene.write(scene.logPath(POD, { container, file }), lines.join(''))
    written.set(container, from + count)
  }
  const numbersOf = (container: string): number[] =>
    scene
      .received()
      .logs.filter(({ resource }) => resource['k8s.container.name'] === container)
      .map(({ body }) => Number(body.split(' ')[1]))
      .toSorted((a, b) => a - b)
  const expectEachOnce = (container: string): Promise<void> =>
    eventuallyPasses(
      () =>
        assert.deepEqual(
          numbersOf(container),
          Array.from({ length: written.get(container) ?? 0 }, (_, n) => n),
        ),
      40_000,
    )

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    const settings = { containerLogs: { enabled: true, select: 'Namespaces', namespaces: ['shop'] } }
    scene = await infrastructureScene({ binary, folder, infrastructure: { settings }, pods: [{ name: POD }] })
  })
  after(async () => {
    await scene?.stop()
    rmSync(folder, { recursive: true })
  })

  it('begins with the first line of a file that was there before', async () => {
    writeLines('before', 50)
    await scene.node.start()
    await expectEachOnce('before')
  })

  it('reads on where a file is renamed, and in the new one, and not in compressed ones', async () => {
    const path = scene.logPath(POD, { container: 'rotated' })
    writeLines('rotated', 300)
    await expectEachOnce('rotated')
    writeLines('rotated', 20)
    const old = scene.rotate(path)
    writeFileSync(`${old}1.gz`, gzipSync(criLine('rotated 0 again')))
    writeFileSync(`${old}1.tmp`, criLine('rotated 1 again'))
    writeLines('rotated', 300)
    await expectEachOnce('rotated')
  })

  it('reads the file of each run of a container', async () => {
    writeLines('restarted', 20)
    writeLines('restarted', 20, '1.log')
    await expectEachOnce('restarted')
  })

  it('reads behind links, once', async () => {
    const target = join(folder, 'elsewhere.log')
    const path = scene.logPath(POD, { container: 'linked' })
    writeFileSync(target, '')
    mkdirSync(join(path, '..'), { recursive: true })
    symlinkSync(target, path)
    writeLines('linked', 50)
    await expectEachOnce('linked')
  })

  it('begins again where a file was cut to nothing', async () => {
    writeLines('cut', 30)
    await expectEachOnce('cut')
    writeFileSync(scene.logPath(POD, { container: 'cut' }), '')
    writeLines('cut', 10)
    await expectEachOnce('cut')
  })

  for (const end of ['terminate', 'kill'] as const)
    it(`goes on after a restart (${end}), also with what was renamed meanwhile`, async () => {
      const container = `after-${end}`
      writeLines(container, 200)
      await expectEachOnce(container)
      await scene.node[end]()
      writeLines(container, 50)
      scene.rotate(scene.logPath(POD, { container }))
      writeLines(container, 50)
      await scene.node.start()
      await expectEachOnce(container)
      for (const each of written.keys()) await expectEachOnce(each)
    })

  it('loses nothing that is being read when it is terminated', async () => {
    writeLines('busy', 5_000)
    await eventuallyPasses(() => assert.ok(numbersOf('busy').length > 0))
    writeLines('busy', 5_000)
    await scene.node.terminate()
    writeLines('busy', 100)
    await scene.node.start()
    await expectEachOnce('busy')
  })

  it('waits while nobody takes what it reads', async () => {
    await scene.gateway.terminate()
    writeLines('waiting', 500)
    await scene.node.terminate()
    await scene.node.start()
    writeLines('waiting', 500)
    await scene.gateway.start()
    await expectEachOnce('waiting')
  })
})
