import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspectAll } from '../../../src/detector/inspection.ts'

/** Answers for each target; hangs as in a read that cannot be interrupted, or ends, where the key says so. */
const CHILD = `
const targets = JSON.parse(process.env.TARGETS)
for (const [target, { key, containers }] of targets.entries()) {
  if (key === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  if (key === 'crash') process.exit(3)
  process.send({ target, containers: containers.map(({ name }) => ({ name, reason: 'Detected', message: key, evidence: [] })) })
}
`

describe('detector: inspection in a child process', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'inspection-'))
  const script = join(folder, 'child.cjs')
  writeFileSync(script, CHILD)
  after(() => rmSync(folder, { recursive: true }))

  const inspected = async (...keys: string[]) => {
    const targets = keys.map((key) => ({ key, podUid: key, containers: [{ name: 'app', containerId: key }] }))
    const results: string[] = []
    const started: string[][] = []
    await inspectAll({
      targets,
      timeoutsMs: [1500, 2500],
      startChild: (part) => {
        started.push(part.map(({ key }) => key))
        return fork(script, { env: { TARGETS: JSON.stringify(part) }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
      },
      onResult: (target, containers) => {
        results[target] = containers[0]?.reason === 'Detected' ? containers[0].message : `? ${containers[0]?.message}`
      },
    })
    return { results, started }
  }

  it('reports every target, with one child', async () => {
    const { results, started } = await inspected('a', 'b', 'c')
    assert.deepEqual(results, ['a', 'b', 'c'])
    assert.deepEqual(started, [['a', 'b', 'c']])
  })

  it('of one on a mount that does not respond tells that, and reports all others; it is tried again as the last', async () => {
    const { results, started } = await inspected('a', 'hang', 'b', 'c')
    assert.deepEqual(results, ['a', '? the inspection took longer than 2.5 s: a mount may not respond', 'b', 'c'])
    assert.deepEqual(started.at(-1), ['hang'])
    assert.ok(started.findIndex(([first]) => first === 'b') < started.length - 1)
  })

  it('of one that ends the child, too', async () => {
    const { results } = await inspected('crash', 'a', 'crash')
    const problem = '? the inspection ended with exit code 3'
    assert.deepEqual(results, [problem, 'a', problem])
  })

  it('of nothing', async () => assert.deepEqual((await inspected()).results, []))
})
