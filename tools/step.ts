/** Runs programs for the local cluster and the images: output goes to a log file, a failure names it. */
import { spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import type { WriteStream } from 'node:fs'
import { mkdir, rename, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Everything that is kept between runs, outside the clone: programs, images, logs, the kubeconfig. */
export const CACHE_DIR = process.env['ODIGOS_CACHE'] ?? join(homedir(), '.cache', 'odigos')

/** A failure that a user can act on: the message says what is wrong and what to do. */
export class RemedyError extends Error {
  override name = 'RemedyError'
}

export interface RunOptions {
  cwd?: string
  env?: Readonly<Record<string, string>>
  /** File that gets stdout and stderr; the default is `commands.log` in the cache. */
  log?: string
  stdin?: string
  /** Milliseconds after which the program is killed; none by default. */
  timeoutMs?: number
}

const lastLines = (chunks: readonly Buffer[]): string =>
  Buffer.concat(chunks).toString('utf8').trimEnd().split('\n').slice(-12).join('\n')

/** A log that grew beyond this is put aside, in place of the one put aside before. */
const KEPT_LOG_BYTES = 10e6

const openLog = async (file: string): Promise<WriteStream> => {
  await mkdir(dirname(file), { recursive: true })
  const { size } = await stat(file).catch(() => ({ size: 0 }))
  // Several programs run at a time: another may have put it aside meanwhile.
  if (size > KEPT_LOG_BYTES) await rename(file, `${file}.1`).catch(() => undefined)
  return createWriteStream(file, { flags: 'a' })
}

/** Runs a program to its end and returns its stdout. A status other than 0 throws, with the last lines of its output. */
export const run = async (command: string, args: readonly string[], options: RunOptions = {}): Promise<string> => {
  const log = options.log ?? join(CACHE_DIR, 'log', 'commands.log')
  const output = await openLog(log)
  output.write(`$ ${command} ${args.join(' ')}\n`)
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: 'SIGKILL' as const }),
  })
  const stdout: Buffer[] = []
  const both: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.push(chunk)
    both.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => both.push(chunk))
  child.stdout.pipe(output, { end: false })
  child.stderr.pipe(output, { end: false })
  child.stdin.on('error', () => undefined) // a program that does not read its input closes it
  child.stdin.end(options.stdin ?? '')
  const status = await new Promise<number | string>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      // The system says the same of a working directory that is not there, which is nobody's to install.
      const isMissing = error.code === 'ENOENT' && existsSync(options.cwd ?? '.')
      reject(
        isMissing
          ? new RemedyError(`${command} is needed, and is not there. Install it, or put it on the PATH.`)
          : error,
      )
    })
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  await new Promise<void>((done) => output.end(done))
  if (status !== 0)
    throw new Error(
      `${command} ${args.slice(0, 3).join(' ')} … ended with ${status}; all of it in ${log}:\n${lastLines(both)}`,
    )
  return Buffer.concat(stdout).toString('utf8')
}

/** Runs a program whose failure is an answer, not an error. */
export const runs = async (command: string, args: readonly string[], options: RunOptions = {}): Promise<boolean> =>
  run(command, args, options).then(
    () => true,
    () => false,
  )

const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`

/** Prints what is done and how long it took; work that takes under 50 ms stays unmentioned. */
export const step = async <T>(title: string, work: () => Promise<T>): Promise<T> => {
  const start = performance.now()
  const announce = setTimeout(() => console.log(`  … ${title}`), 2000)
  try {
    const result = await work()
    if (performance.now() - start >= 50) console.log(`  ✓ ${title} (${seconds(start)})`)
    return result
  } catch (error) {
    console.log(`  ✗ ${title} (${seconds(start)})`)
    throw error
  } finally {
    clearTimeout(announce)
  }
}
