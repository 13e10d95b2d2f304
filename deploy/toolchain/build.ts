/**
 * Builds the Go programs that the local cluster and the images need, each once per version, into the cache:
 * `~/.cache/odigos/bin/<name>-<version>-<hash of inputs>/`. Run directly, it builds all or the named programs.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { PROGRAMS } from './programs.ts'
import type { Program, ProgramName, Tool } from './programs.ts'
import { GO_TARGET } from '../../tools/go-target.ts'
import { CACHE_DIR, run, step } from '../../tools/step.ts'

const HERE = import.meta.dirname
// Less garbage collection in the compiler, and no debug information, which would be stripped anyway: an eighth less time.
const GO_ENVIRONMENT = { ...GO_TARGET, GOFLAGS: '-mod=readonly', GOWORK: 'off', GOGC: '400' }
const GO_FLAGS = ['-trimpath', '-buildvcs=false', '-gcflags=all=-dwarf=false']

const programOf = (name: ProgramName): Program => PROGRAMS.find((program) => program.name === name) as Program

const inputsHash = (program: Program): string => {
  const hash = createHash('sha256').update(JSON.stringify(program))
  const folder = join(HERE, program.name)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(join(folder, file)))
  return hash.digest('hex').slice(0, 10)
}

/** Folder of a program's files in the cache, built or not. */
export const programDir = (name: ProgramName): string => {
  const program = programOf(name)
  return join(CACHE_DIR, 'bin', `${name}-${program.version}-${inputsHash(program)}`)
}

/** Path of one executable in the cache, built or not. */
export const toolPath = (tool: Tool): string => {
  const program = PROGRAMS.find(({ outputs }) => (outputs as readonly string[]).includes(tool))
  if (program === undefined) throw new Error(`no program provides ${tool}`)
  return join(programDir(program.name), tool)
}

/** The module holds the eBPF sources in C but no objects: they are compiled in a copy of it. */
const goEbpfSources = async (program: Program, folder: string, log: string): Promise<void> => {
  const downloaded = await run('go', ['mod', 'download', '-json', `go.opentelemetry.io/auto@${program.version}`], {
    cwd: join(HERE, program.name),
    env: GO_ENVIRONMENT,
    log,
  })
  await cp((JSON.parse(downloaded) as { Dir: string }).Dir, folder, { recursive: true })
  await run('chmod', ['-R', 'u+w', folder], { log })
  await cp(join(HERE, program.name), folder, { recursive: true })
  const patches = readdirSync(join(folder, 'patches')).toSorted()
  for (const patch of patches) {
    // The cache may lie in a repository, whose root paths would otherwise be relative to.
    const env = { GIT_CEILING_DIRECTORIES: dirname(folder) }
    await run('git', ['apply', '--whitespace=nowarn', join('patches', patch)], { cwd: folder, env, log })
  }
  // Upstream compiles for two processors; one is enough here.
  const probes = await run('grep', ['-rl', 'target amd64,arm64', join(folder, 'internal')], { log })
  await run('sed', ['-i', 's/-target amd64,arm64/-target amd64/', ...probes.trim().split('\n')], { log })
  const include = join(folder, 'internal', 'include')
  const flags = `-I${join(include, 'libbpf')} -I${include}`
  await run('go', ['generate', './internal/...'], {
    cwd: folder,
    log,
    env: { ...GO_ENVIRONMENT, BPF2GO_CFLAGS: flags },
  })
}

/** The collector's main package is written by the upstream builder, then compiled with our lock files. */
const collectorSources = async (program: Program, folder: string, log: string): Promise<void> => {
  await cp(join(HERE, program.name), folder, { recursive: true })
  const builder = `go.opentelemetry.io/collector/cmd/builder@${program.version}`
  const args = ['run', builder, '--skip-compilation', '--skip-get-modules', '--config', 'builder.yaml']
  await run('go', args, { cwd: folder, log, env: { ...GO_ENVIRONMENT, GOFLAGS: '' } })
  await cp(join(folder, 'out'), folder, { recursive: true, filter: (source) => !/go\.(mod|sum)$/.test(source) })
  await rm(join(folder, 'out'), { recursive: true })
}

const prepareSources = async (program: Program, work: string, log: string): Promise<string> => {
  if (program.sources === undefined) return join(HERE, program.name)
  const folder = join(work, 'src')
  await mkdir(folder)
  await (program.sources === 'go-ebpf' ? goEbpfSources : collectorSources)(program, folder, log)
  return folder
}

const compile = async (program: Program, target: string): Promise<void> => {
  await mkdir(join(CACHE_DIR, 'bin'), { recursive: true })
  const work = await mkdtemp(join(CACHE_DIR, 'bin', `.${program.name}-`))
  const log = join(CACHE_DIR, 'log', `build-${program.name}.log`)
  try {
    const cwd = await prepareSources(program, work, log)
    const out = join(work, 'out')
    await mkdir(out)
    const variables = (program.variables ?? []).map((variable) => `-X ${variable}`)
    const args = ['build', ...GO_FLAGS, '-ldflags', ['-s', '-w', ...variables].join(' ')]
    if (program.tags !== undefined) args.push('-tags', program.tags)
    args.push('-o', program.output === undefined ? `${out}/` : join(out, program.output), ...program.packages)
    await run('go', args, { cwd, env: GO_ENVIRONMENT, log })
    // A concurrent build may have finished first: then its result is used.
    if (!existsSync(target)) await rename(out, target)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const underWay = new Map<ProgramName, Promise<void>>()

/** Builds a program if the cache does not have it; returns the folder with its executables. */
export const buildProgram = async (name: ProgramName): Promise<string> => {
  const target = programDir(name)
  const program = programOf(name)
  if (existsSync(target)) return target
  // Several images can request a program at the same time.
  const build = underWay.get(name) ?? step(`build ${name} ${program.version}`, () => compile(program, target))
  underWay.set(name, build)
  await build
  return target
}

/** Builds several, one after another: one Go build uses all cores by itself. */
export const buildPrograms = async (
  names: readonly ProgramName[] = PROGRAMS.map(({ name }) => name),
): Promise<void> => {
  for (const name of names) await buildProgram(name)
}

if (import.meta.main) {
  const requested = process.argv.slice(2)
  await buildPrograms(
    PROGRAMS.map(({ name }) => name).filter((name) => requested.length === 0 || requested.includes(name)),
  )
}
