/** Runs a program of a test to its end, or until it is told to end. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Environment } from '../../zoo/harness/injected.ts'

export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** Milliseconds from the start, or from the signal, to the end. */
  tookMs: number
}

const printed = (child: ChildProcess, isPrinted: () => boolean, outcome: Promise<Outcome>): Promise<void> =>
  new Promise((resolve, reject) => {
    const look = (): void => {
      if (isPrinted()) resolve()
    }
    child.stdout?.on('data', look)
    look()
    outcome.then((result) => reject(new Error(`ended too early: ${JSON.stringify(result)}`)), reject)
  })

export interface Running {
  pid: number
  /** Resolves when the program has printed the text; rejects when it ends before. */
  printed(text: string): Promise<void>
  /** What it has written to stdout so far. */
  output(): string
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Outcome>
  /** Resolves at the program's own end. */
  outcome: Promise<Outcome>
}

export interface Options {
  /** Nothing is inherited, except where programs are found. */
  env?: Environment
  cwd?: string
  /** After which it is killed; 60,000 unless told. */
  limitMs?: number
}

export const start = (command: string, args: readonly string[], options: Options = {}): Running => {
  const { env = {}, cwd, limitMs = 60_000 } = options
  const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: '/nonexistent', ...env }
  // Only ever ends the program started here.
  const child = spawn(command, args, { cwd, env: environment, timeout: limitMs, killSignal: 'SIGKILL' })
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk))
  let since = performance.now()
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, ...text, tookMs: performance.now() - since }))
  })
  return {
    pid: child.pid ?? 0,
    outcome,
    output: () => text.stdout,
    printed: (wanted) => printed(child, () => text.stdout.includes(wanted), outcome),
    end: (signal = 'SIGTERM') => {
      since = performance.now()
      child.kill(signal)
      return outcome
    },
  }
}

/** Starts a program and waits for its end. */
export const run = (command: string, args: readonly string[], options?: Options): Promise<Outcome> =>
  start(command, args, options).outcome
