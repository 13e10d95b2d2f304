import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, runs } from '../../../tools/step.ts'

describe('programs that are run', () => {
  let folder: string
  let log: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'odigos-step-'))
    log = join(folder, 'commands.log')
  })
  after(() => rmSync(folder, { recursive: true }))

  it('give their stdout, and leave all that they wrote in the log', async () => {
    assert.equal(await run('sh', ['-c', 'echo out; echo err >&2'], { log }), 'out\n')
    assert.match(readFileSync(log, 'utf8'), /^\$ sh -c [^]*out\n[^]*err\n|err\n[^]*out\n/)
  })

  it('that fail are told with their last lines and the log', async () => {
    await assert.rejects(
      run('sh', ['-c', 'echo because >&2; exit 3'], { log }),
      /failed with 3[^]*commands\.log[^]*because/,
    )
    assert.equal(await runs('false', [], { log }), false)
  })

  it('that are not installed are told by name, with the remedy', async () => {
    await assert.rejects(run('odigos-no-such-program', [], { log }), {
      name: 'RemedyError',
      message: /^odigos-no-such-program is required.*PATH/,
    })
    await assert.rejects(run('true', [], { log, cwd: join(folder, 'missing') }), { code: 'ENOENT' })
  })

  it('put a log aside that has become large', async () => {
    const large = join(folder, 'large.log')
    writeFileSync(large, Buffer.alloc(10_000_001, 'x'))
    await run('echo', ['new'], { log: large })
    assert.equal(readFileSync(large, 'utf8'), '$ echo new\nnew\n')
    assert.equal(statSync(`${large}.1`).size, 10_000_001)
  })
})
