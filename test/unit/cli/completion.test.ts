/** What shells offer while a command line is typed. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { candidates } from '../../../src/cli/completion/candidates.ts'
import { createProgram } from '../../../src/cli/program.ts'
import { plain } from '../../../src/cli/output/paint.ts'
import { runCli } from '../../support/cli/run-cli.ts'

const nothing = (): void => undefined
const program = createProgram({
  out: nothing,
  err: nothing,
  isTerminal: false,
  setExitCode: nothing,
  paint: plain,
  signal: new AbortController().signal,
  now: () => new Date(),
})

describe('completion', () => {
  const cases: [typed: string[], offered: string[]][] = [
    [['wh'], ['why-not']],
    [
      ['destinations', ''],
      ['add', 'list', 'remove', 'test', 'types'],
    ],
    [
      ['destinations', 't'],
      ['test', 'types'],
    ],
    [
      ['status', '-o', ''],
      ['json', 'text', 'yaml'],
    ],
    [['status', '--output', 'j'], ['json']],
    [['preview', '--d'], ['--diff']],
    [['-n', 'sources', 'why-not', '--con'], ['--context']],
    [['sources', 'list', '--st'], ['--state']],
    [['status', '-n', ''], []],
    [['nonsense', 'x'], []],
  ]
  for (const [typed, offered] of cases)
    it(`of ${typed.join(' ')}_`, () => assert.deepEqual(candidates(program, typed), offered))

  it('works in bash', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'odigos-completion-'))
    try {
      const main = join(import.meta.dirname, '../../../src/cli/main.ts')
      writeFileSync(join(folder, 'odigos'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`)
      chmodSync(join(folder, 'odigos'), 0o755)
      const { out } = await runCli(['completion', 'bash'])
      writeFileSync(join(folder, 'script'), out)
      const typed = 'COMP_WORDS=(odigos destinations t); COMP_CWORD=2; _odigos; echo "${COMPREPLY[*]}"'
      const answer = execFileSync('bash', ['--norc', '-c', `source ${folder}/script; ${typed}`], {
        env: { PATH: `${folder}:/usr/bin:/bin` },
      })
      assert.equal(answer.toString(), 'test types\n')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
