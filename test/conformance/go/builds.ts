/** One small program in the builds that users ship, each built once and kept outside the clone. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DetectionReason } from '../../../src/api/detector-protocol.ts'
import { CACHE_DIR, run } from '../../../tools/step.ts'
import type { GoToolchain } from '../../support/go/toolchain.ts'
import { DEBIAN_GO, goToolchain } from '../../support/go/toolchain.ts'

const SOURCES = join(import.meta.dirname, 'program')
const STRIPPED = ['-trimpath', '-ldflags', '-s -w']
const EXTERNAL = ['-buildmode=pie', '-ldflags', '-s -w -linkmode external']

export interface Build {
  name: string
  /** Version of Go; the machine's own unless told. */
  go?: string
  args?: readonly string[]
  cgo?: boolean
  /** Changes the program after the build. */
  change?: (program: Buffer) => void
  /** File name of the program. */
  called?: string
  /** What the detector says; `Detected` programs must have spans. */
  expected: DetectionReason
}

const replace = (program: Buffer, from: string, to: string): void => {
  const bytes = Buffer.from(to, 'latin1')
  for (let at = program.indexOf(from, 0, 'latin1'); at >= 0; at = program.indexOf(from, at + 1, 'latin1')) {
    bytes.copy(program, at)
  }
}

/** As `sstrip` does: offset, number and names of the section headers. */
export const dropSectionHeaders = (program: Buffer): void => {
  program.fill(0, 40, 48)
  program.fill(0, 60, 64)
}

const ALL: readonly Build[] = [
  { name: 'plain', expected: 'Detected' },
  { name: 'without debug information', args: ['-ldflags', '-w'], expected: 'Detected' },
  { name: 'stripped', args: STRIPPED, expected: 'Detected' },
  { name: 'renamed', args: STRIPPED, called: 'registry', expected: 'Detected' },
  { name: 'position-independent', args: ['-buildmode=pie', ...STRIPPED], expected: 'Detected' },
  { name: 'cgo', args: STRIPPED, cgo: true, expected: 'Detected' },
  { name: 'cgo, external linker, position-independent', args: EXTERNAL, cgo: true, expected: 'Detected' },
  { name: 'Go 1.27', go: '1.27', expected: 'Detected' },
  { name: 'Go 1.27, stripped', go: '1.27', args: STRIPPED, expected: 'Detected' },
  { name: 'Go 1.19', go: '1.19', expected: 'Detected' },
  { name: 'Go 1.19, stripped', go: '1.19', args: STRIPPED, expected: 'Detected' },
  { name: 'Go 1.19, external linker', go: '1.19', args: EXTERNAL, cgo: true, expected: 'GoProgramUnreadable' },
  {
    name: 'no build information',
    args: STRIPPED,
    change: (program) => replace(program, '\xff Go buildinf:', '\xff No buildinf:'),
    expected: 'GoProgramUnreadable',
  },
  {
    name: 'a version that does not exist yet',
    args: STRIPPED,
    change: (program) => replace(program, 'go1.26.', 'go1.99.'),
    expected: 'GoProgramUnreadable',
  },
  { name: 'no section headers', args: STRIPPED, change: dropSectionHeaders, expected: 'GoProgramUnreadable' },
]

/** Those for which there is a compiler. */
export const BUILDS = ALL.filter(({ go }) => go !== '1.19' || existsSync(DEBIAN_GO))

const identity = async (build: Build, { command, env }: GoToolchain): Promise<string> => {
  const hash = createHash('sha256').update(await run(command, ['version'], { env }))
  for (const file of readdirSync(SOURCES)) hash.update(readFileSync(join(SOURCES, file)))
  return hash
    .update(`${JSON.stringify(build)} ${build.change}`)
    .digest('hex')
    .slice(0, 16)
}

/** The path of the program. */
export const buildProgramOf = async (build: Build): Promise<string> => {
  const { args = [], cgo = false, change } = build
  const toolchain = await goToolchain(build.go)
  if (!toolchain) throw new Error(`no Go ${build.go}`)
  const folder = join(CACHE_DIR, 'test-programs', await identity(build, toolchain))
  const program = join(folder, build.called ?? 'pricing')
  if (existsSync(program)) return program
  await mkdir(folder, { recursive: true })
  const env = { ...toolchain.env, CGO_ENABLED: cgo ? '1' : '0' }
  const unfinished = `${program}.${process.pid}`
  await run(toolchain.command, ['build', '-buildvcs=false', ...args, '-o', unfinished, '.'], {
    cwd: SOURCES,
    env,
  })
  if (change) {
    const bytes = await readFile(unfinished)
    change(bytes)
    await writeFile(unfinished, bytes)
    await chmod(unfinished, 0o755)
  }
  await rename(unfinished, program)
  return program
}
