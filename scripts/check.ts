/**
 * `npm run check`: types, lint, format, generated files, unit, property and golden tests. Runs every step, two at a time,
 * prints one line for each, the output of failed ones, and finally the coverage.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runMain } from '../tools/command.ts'
import { MOCHA } from '../tools/mocha.ts'
import { COVERAGE_FOLDER, readCoverage, summaryOfCoverage } from './coverage.ts'

const ROOT = join(import.meta.dirname, '..')
const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name)

interface Step {
  name: string
  command: string
  args: string[]
}

// The longest steps come first, so that both workers finish at about the same time.
const STEPS: Step[] = [
  { name: 'unit tests', command: MOCHA, args: ['test/unit/**/*.test.ts'] },
  { name: 'property tests', command: MOCHA, args: ['--timeout', '60000', 'test/property/**/*.test.ts'] },
  { name: 'types', command: bin('tsc'), args: ['-p', '.'] },
  { name: 'types of the UI', command: bin('tsc'), args: ['-p', 'ui'] },
  { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--deny-warnings'] },
  {
    name: 'format',
    command: bin('prettier'),
    args: ['--check', '--cache', '--cache-strategy', 'content', '--log-level', 'warn', '.'],
  },
  { name: 'generated files', command: process.execPath, args: ['scripts/generate.ts', '--check'] },
  { name: 'golden tests', command: MOCHA, args: ['test/golden/**/*.test.ts'] },
]

interface Outcome {
  step: Step
  ok: boolean
  seconds: number
  output: string
}

const run = (step: Step): Promise<Outcome> =>
  new Promise((resolve) => {
    const startedAt = Date.now()
    const env = step.command === MOCHA ? { ...process.env, NODE_V8_COVERAGE: COVERAGE_FOLDER } : process.env
    const child = spawn(step.command, step.args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    const done = (ok: boolean, extra = ''): void =>
      resolve({ step, ok, seconds: (Date.now() - startedAt) / 1000, output: Buffer.concat(chunks).toString() + extra })
    child.on('error', (error) => done(false, String(error)))
    child.on('close', (code) => done(code === 0))
  })

/** The closing line of mocha, such as `123 passing (2s)`. */
const summaryOf = (output: string): string => /\d+ passing.*/.exec(output)?.[0] ?? ''

const report = ({ step, ok, seconds, output }: Outcome): void => {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${step.name.padEnd(18)} ${seconds.toFixed(1)} s  ${summaryOf(output)}`)
  if (!ok) console.log(output)
}

/** Runs all steps; returns a text for each that failed: its name and output. */
export const check = async (): Promise<string[]> => {
  rmSync(COVERAGE_FOLDER, { recursive: true, force: true })
  const waiting = [...STEPS]
  const outcomes: Outcome[] = []
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const outcome = await run(step)
      report(outcome)
      outcomes.push(outcome)
    }
  }
  await Promise.all([worker(), worker()])
  console.log(`       coverage           ${summaryOfCoverage(readCoverage())}`)
  return outcomes.filter(({ ok }) => !ok).map(({ step, output }) => `${step.name}\n${output}`)
}

const HELP = `Usage: npm run check [-- --help]

Checks types, lint, format and generated files, runs the unit, property and golden tests, and prints the coverage.`

const main = async (args: string[]): Promise<void> => {
  parseArgs({ args, options: {} })
  process.exitCode = (await check()).length > 0 ? 1 : 0
}

if (import.meta.main) await runMain(HELP, main)
