import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const module = join(import.meta.dirname, '../../../src/process/log.ts')

/** What a process prints that runs the code with a log of level info; a log writes to stdout by a file descriptor. */
const print = (code: string): Record<string, unknown>[] => {
  const script = `import { createLog } from ${JSON.stringify(module)}; const log = createLog('test'); ${code}`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.equal(stderr, '')
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('log', () => {
  it('writes a JSON object a line, with level, time and process', () => {
    const [line, ...others] = print(`log.debug('not shown'); log.warn({ namespace: 'shop', name: 'cart' }, 'careful')`)
    assert.equal(others.length, 0)
    assert.equal(line?.['level'], 'warn')
    assert.equal(line?.['process'], 'test')
    assert.equal(line?.['name'], 'cart')
    assert.equal(line?.['msg'], 'careful')
    assert.match(String(line?.['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  it('shows no secret of the objects that are logged', () => {
    const lines = print(`
      const secret = { kind: 'Secret', data: { a: 'planted' }, stringData: { a: 'planted' } }
      log.info({ secret })
      log.info({ object: { secret } })
      log.info({ request: { headers: { authorization: 'Bearer planted' } } })
      log.info({ access: { token: 'planted', tls: { key: 'planted' } } })
      log.child({ user: { password: 'planted' } }).info('x')
      log.info({ secret: [secret] })
    `)
    assert.equal(lines.length, 6)
    for (const line of lines) assert.doesNotMatch(JSON.stringify(line), /planted/)
  })

  it('writes an error with its stack and cause', () => {
    const [line] = print(`log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed')`)
    const error = line?.['err'] as { message: string; stack: string } | undefined
    assert.match(String(error?.message), /outer/)
    assert.match(String(error?.stack), /inner/)
  })
})
