/** What the shop's images are made of: programs that are fetched or compiled before the image build, which has no network. */
import { execFile } from 'node:child_process'
import { copyFile, cp } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nodeBinary } from '../../deploy/images/node-binary.ts'

const execute = promisify(execFile)

/** The folder `examples/shop` of this checkout, absolute. */
export const shopDir = dirname(fileURLToPath(import.meta.url))

/** Runs a program to its end and gives its stdout; what it wrote to stderr is part of the error when it fails. */
export const run = async (
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> => {
  const env = { ...process.env, ...options.env }
  const { stdout } = await execute(program, args, { ...options, env, maxBuffer: 64 * 1024 * 1024 })
  return stdout
}

/** Copies the named files of a service into the context. */
export const copyFiles = async (service: string, names: readonly string[], contextDir: string): Promise<void> => {
  for (const name of names) await cp(join(shopDir, service, name), join(contextDir, name), { recursive: true })
}

/** Puts the Node.js binary that this repository runs on into the context as `node`. */
export const copyNode = (contextDir: string): Promise<void> => copyFile(nodeBinary, join(contextDir, 'node'))

/**
 * Compiles a Go service into a static program in the context. Symbols and DWARF stay in: eBPF instrumentation finds
 * functions and field offsets by them.
 */
export const buildGo = async (service: string, contextDir: string): Promise<void> => {
  const output = join(contextDir, service)
  const env = { CGO_ENABLED: '0', GOWORK: 'off' }
  await run('go', ['build', '-trimpath', '-buildvcs=false', '-o', output, '.'], { cwd: join(shopDir, service), env })
}
