/** Starts mocha for the commands of package.json. */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
export const MOCHA = join(ROOT, 'node_modules/.bin/mocha')

export interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** Mocha's final lines, such as `  12 passing (3s)`; the output of tests precedes them. */
const count = (output: string, word: string): number =>
  Number([...output.matchAll(new RegExp(`^ +(\\d+) ${word}`, 'gm'))].at(-1)?.[1] ?? 0)

/** The numbers in mocha's output. An exit code other than 0 without failed tests counts as a failure. */
export const tallyOf = (output: string, exitCode: number | null): Tally => {
  const failed = count(output, 'failing')
  const isBroken = exitCode !== 0 && failed === 0
  return { passed: count(output, 'passing'), failed: isBroken ? 1 : failed, skipped: count(output, 'pending') }
}

/** Runs the test files of a pattern in one process, in the order of their names; its output is shown as it comes. */
export const runMocha = (pattern: string, env: Record<string, string> = {}): Promise<Tally> =>
  new Promise((resolve, reject) => {
    const files = globSync(pattern, { cwd: ROOT }).toSorted()
    const args = ['--reporter', 'spec', '--no-color', '--timeout', '300000', ...files]
    const child = spawn(MOCHA, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      process.stdout.write(chunk)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve(tallyOf(output, code)))
  })
