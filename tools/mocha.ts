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
  /** What failed, with the errors: a text for each run. */
  failures: string[]
}

/** Mocha's final lines, such as `  12 passing (3s)`; the output of tests precedes them. */
const finalLine = (output: string, word: string): RegExpExecArray | undefined =>
  [...output.matchAll(new RegExp(`^ +(\\d+) ${word}`, 'gm'))].at(-1)

const count = (output: string, word: string): number => Number(finalLine(output, word)?.[1] ?? 0)

/** Enough for an error with its stack. */
const LINES_OF_A_CRASH = 30

/**
 * What mocha's output says. An exit code other than 0 without failed tests counts as a failure, of which the last lines tell.
 * Mocha lists failed tests with their errors after the line that counts them.
 */
export const tallyOf = (output: string, exitCode: number | null): Tally => {
  const numbers = { passed: count(output, 'passing'), skipped: count(output, 'pending') }
  const failing = finalLine(output, 'failing')
  if (failing) return { ...numbers, failed: Number(failing[1]), failures: [output.slice(failing.index)] }
  if (exitCode === 0) return { ...numbers, failed: 0, failures: [] }
  return { ...numbers, failed: 1, failures: [output.split('\n').slice(-LINES_OF_A_CRASH).join('\n')] }
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
