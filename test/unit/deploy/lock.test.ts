import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withLock } from '../../../deploy/local/lock.ts'

describe('lock of the local cluster', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'odigos-lock-'))
    file = join(folder, 'lock')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is held while the work is done, and given back after it', async () => {
    const during = await withLock(async () => readFileSync(file, 'utf8'), file)
    assert.equal(during, String(process.pid))
    assert.deepEqual(readdirSync(folder), [])
  })

  it('is given back by work that fails', async () => {
    await assert.rejects(
      withLock(() => Promise.reject(new Error('the work')), file),
      /the work/,
    )
    assert(!existsSync(file))
  })

  it('of a dead process is taken over', async () => {
    writeFileSync(file, '4194999') // above the highest process id that Linux gives
    assert.equal(await withLock(() => Promise.resolve('done'), file), 'done')
  })

  it('is not taken twice by one process', async () => {
    await assert.rejects(
      withLock(() => withLock(() => Promise.resolve(), file), file),
      /this process is already/,
    )
  })

  it('that cannot be written is told as what it is, and not taken for one that is held', async () => {
    await assert.rejects(
      withLock(() => Promise.resolve(), join(folder, 'missing', 'lock')),
      { code: 'ENOENT', syscall: 'open' },
    )
  })
})
