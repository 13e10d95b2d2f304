/** Runs the program of the CLI in this process, against an API server, and keeps what it prints. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { createProgram, exitCodeOf } from '../../../src/cli/program.ts'
import { plain } from '../../../src/cli/output/paint.ts'

export interface CliRun {
  out: string
  err: string
  /** Both, in the order in which they were printed. */
  all: string
  exitCode: number
}

export interface CliOptions {
  /** Of the API server; commands that need none may lack it. */
  kubeconfig?: string
  now?: Date
  signal?: AbortSignal
}

/** Runs `odigos` with these arguments. */
export const runCli = async (args: readonly string[], options: CliOptions = {}): Promise<CliRun> => {
  const run: CliRun = { out: '', err: '', all: '', exitCode: 0 }
  const keep =
    (stream: 'out' | 'err') =>
    (text: string): void => {
      run[stream] += text
      run.all += text
    }
  const program = createProgram({
    out: keep('out'),
    err: keep('err'),
    isTerminal: false,
    setExitCode: (code) => {
      run.exitCode = code
    },
    paint: plain,
    signal: options.signal ?? new AbortController().signal,
    now: () => options.now ?? new Date(),
  })
  const { kubeconfig } = options
  try {
    await program.parseAsync([...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]), ...args], {
      from: 'user',
    })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    run.exitCode = exitCodeOf(error)
  }
  return run
}

/** A kubeconfig for an API server without authentication. */
export const writeKubeconfig = (url: string): { path: string } & Disposable => {
  const folder = mkdtempSync(join(tmpdir(), 'odigos-cli-'))
  const path = join(folder, 'kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    users: [{ name: 'test', user: {} }],
  }
  writeFileSync(path, JSON.stringify(config))
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}
