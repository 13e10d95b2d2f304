/** The contents of the shop's images: programs downloaded or compiled before the image build, which has no network access. */
import { copyFile, cp } from 'node:fs/promises'
import { join } from 'node:path'
import { NODE_BINARY } from '../../tools/node-binary.ts'
import { GO_TARGET } from '../../tools/go-target.ts'
import { run } from '../../tools/step.ts'

/** The folder `examples/shop` of this checkout, absolute. */
export const SHOP_DIR = import.meta.dirname

/** Copies the named files of a service into the context. */
export const copyFiles = async (service: string, names: readonly string[], contextDir: string): Promise<void> => {
  for (const name of names) await cp(join(SHOP_DIR, service, name), join(contextDir, name), { recursive: true })
}

/** Copies the Node.js binary that this repository runs on to the context as `node`. */
export const copyNode = (contextDir: string): Promise<void> => copyFile(NODE_BINARY, join(contextDir, 'node'))

/**
 * Compiles a Go service into a static program in the context, with symbols and DWARF: eBPF instrumentation uses them to
 * find functions and field offsets.
 */
export const buildGo = async (service: string, contextDir: string): Promise<void> => {
  const output = join(contextDir, service)
  const env = { ...GO_TARGET, GOWORK: 'off' }
  await run('go', ['build', '-trimpath', '-buildvcs=false', '-o', output, '.'], { cwd: join(SHOP_DIR, service), env })
}
