import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildProgram } from '../../../deploy/toolchain/build.ts'
import { SHOP_DIR } from '../../../examples/shop/assemble.ts'
import { GO_TARGET } from '../../../tools/go-target.ts'
import { defineImage } from '../../../tools/image.ts'
import { run } from '../../../tools/step.ts'
import { dropSectionHeaders } from '../../conformance/go/builds.ts'

const buildGo = (cwd: string, output: string): Promise<string> =>
  run('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', output, '.'], {
    cwd,
    env: { ...GO_TARGET, GOWORK: 'off' },
  })

/** As if a version of Go that does not exist yet had built the program: 1.9x instead of 1.2x. */
const makeNewer = (program: Buffer): void => {
  for (let at = program.indexOf('go1.2'); at >= 0; at = program.indexOf('go1.2', at + 1)) program[at + 4] = 0x39
}

/** Stripped programs that the eBPF agent cannot read, and why the detector says so. */
const UNREADABLE = { newer: makeNewer, headless: dropSectionHeaders } as const

/** Agents for Go and Node.js that fail, under the real supervisor; and servers in Go that no agent can read. */
export default defineImage({
  name: 'failing-agents',
  base: 'base',
  inputs: [
    'deploy/toolchain/programs.ts',
    'deploy/toolchain/go-supervisor',
    'examples/shop/pricing',
    'test/images/failing-agents',
  ],
  assemble: async (contextDir) => {
    await copyFile(join(await buildProgram('go-supervisor'), 'supervisor'), join(contextDir, 'supervisor'))
    await buildGo(join(import.meta.dirname, 'go'), join(contextDir, 'otel-go-instrumentation'))
    await mkdir(join(contextDir, 'agent'))
    await copyFile(join(import.meta.dirname, 'boot.cjs'), join(contextDir, 'agent/boot.cjs'))
    await mkdir(join(contextDir, 'programs'))
    const original = join(contextDir, 'server')
    await buildGo(join(SHOP_DIR, 'pricing'), original)
    for (const [name, change] of Object.entries(UNREADABLE)) {
      const program = await readFile(original)
      change(program)
      await writeFile(join(contextDir, 'programs', name), program, { mode: 0o755 })
    }
  },
})
