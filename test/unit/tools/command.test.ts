/** The commands of package.json, as far as they go without a cluster. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logText } from '../../../deploy/local/logs.ts'

const root = join(import.meta.dirname, '../../..')

const execute = (file: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [join(root, file), ...args], { cwd: root, encoding: 'utf8' })

describe('the commands', function () {
  this.timeout(30_000)

  const commands: [string, RegExp][] = [
    ['scripts/start.ts', /^Usage: npm start .*--context.*--registry.*--tag.*--replace/s],
    ['scripts/test.ts', /^Usage: npm test .*STAGE.*integration.*--replace/s],
    ['deploy/local/main.ts', /^Usage: npm run cluster .*start \[--replace\].*stop.*status.*logs/s],
    ['deploy/images/build.ts', /^Usage: npm run images .*--import.*--registry.*--push.*--tool/s],
  ]
  for (const [file, usage] of commands)
    it(`${file} tells how it is used, and what it does not know`, () => {
      const help = execute(file, '--help')
      assert.equal(help.status, 0, help.stderr)
      assert.match(help.stdout, usage)
      const wrong = execute(file, ...(file.includes('local') ? ['status'] : []), '--bogus')
      assert.equal(wrong.status, 2)
      assert.match(wrong.stderr, /^Unknown option '--bogus'\n\nUsage: npm /)
    })

  const wrong: [string, string[], RegExp][] = [
    ['scripts/test.ts', ['intergation'], /^unknown stage intergation; stages are check, build, /],
    ['deploy/local/main.ts', [], /^A command is required\n\nUsage/],
    ['deploy/local/main.ts', ['strat'], /^Unknown command strat\n\nUsage/],
    ['deploy/local/main.ts', ['status', 'now'], /^Unexpected argument 'now'/],
    ['deploy/images/build.ts', ['--push'], /^--push and --registry NAME require each other/],
    ['deploy/images/build.ts', ['uii'], /^unknown image uii; images are .*control-plane/],
  ]
  for (const [file, args, message] of wrong)
    it(`${file} refuses ${args.join(' ') || 'nothing'} without a stack`, () => {
      const { status, stderr } = execute(file, ...args)
      assert.notEqual(status, 0)
      assert.match(stderr, message)
      assert.doesNotMatch(stderr, /\n {4}at /)
    })
})

describe('the logs of the cluster', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'odigos-logs-'))
    writeFileSync(join(folder, 'etcd'), Array.from({ length: 300 }, (_, index) => `line ${index}\n`).join(''))
  })
  after(() => rmSync(folder, { recursive: true }))
  const fileOf = (program: string): string => join(folder, program)

  it('are shown at their end, of all programs that wrote one or of one', () => {
    assert.match(logText([], fileOf), /^==> .*etcd <==\nline 290\n[^]*line 299\n$/)
    assert.match(logText(['etcd'], fileOf), /^==> .*etcd <==\nline 100\n/)
  })

  it('that are not there are told by name', () => {
    assert.throws(() => logText(['etdc'], fileOf), /Unknown program etdc; programs are etcd, kube-apiserver, .*kubelet/)
    assert.throws(() => logText(['kubelet'], fileOf), /No log of kubelet exists/)
    assert.throws(() => logText([], (program) => join(folder, 'missing', program)), /No log of etcd, /)
  })
})
