/** Runs programs for the local cluster and the images. Output goes to a log file, which errors name. */
import { spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import type { WriteStream } from 'node:fs'
import { mkdir, rename, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Folder for everything kept between runs, outside the clone: programs, images, logs, the kubeconfig. */
export const CACHE_DIR = process.env['ODIGOS_CACHE'] ?? join(homedir(), '.cache', 'odigos')

/** A failure that users can fix: the message contains the cause and the remedy. */
export class RemedyError extends Error {
  override name = 'RemedyError'
}

export interface RunOptions {
  cwd?: string
  env?: Readonly<Record<string, string>>
  /** File for stdout and stderr. Default: `commands.log` in the cache. */
  log?: string
  stdin?: string
  /** Milliseconds after which the program is killed. Default: none. */
  timeoutMs?: number
}

const lastLines = (chunks: readonly Buffer[]): string =>
  Buffer.concat(chunks).toString('utf8').trimEnd().split('\n').slice(-12).join('\n')

/** Maximum size of a log; a larger one is rotated and replaces the previously rotated one. */
const KEPT_LOG_BYTES = 10e6

const openLog = async (file: string): Promise<WriteStream> => {
  await mkdir(dirname(file), { recursive: true })
  const { size } = await stat(file).catch(() => ({ size: 0 }))
  // Several programs run concurrently: another may have rotated it meanwhile.
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
  child.stdin.on('error', () => undefined) // a program may close its input unread
  child.stdin.end(options.stdin ?? '')
  const status = await new Promise<number | string>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      // The system reports the same error for a missing working directory.
      const isMissing = error.code === 'ENOENT' && existsSync(options.cwd ?? '.')
      reject(
        isMissing
          ? new RemedyError(`${command} is required but not installed. Install it, or add it to the PATH.`)
          : error,
      )
    })
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  await new Promise<void>((done) => output.end(done))
  if (status !== 0)
    throw new Error(
      `${command} ${args.slice(0, 3).join(' ')} … failed with ${status}; full output in ${log}:\n${lastLines(both)}`,
    )
  return Buffer.concat(stdout).toString('utf8')
}

/** Runs a program whose failure is a result, not an error. */
export const runs = async (command: string, args: readonly string[], options: RunOptions = {}): Promise<boolean> =>
  run(command, args, options).then(
    () => true,
    () => false,
  )

const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`

/** Prints the title and duration of work that takes 50 ms or longer. */
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
