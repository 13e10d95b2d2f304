/**
 * The Python agent: `boot/sitecustomize.py`, our own modules, and the packages of three generations of the SDK, all below one
 * package that applications do not see. Bytecode is compiled ahead, since the folder is read-only in the application's container: without it each start takes twice as long.
 */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { CACHE_DIR, run } from '../../tools/step.ts'

const HERE = import.meta.dirname

/** Oldest minor version of each folder; `sitecustomize.py` has the same list. */
const GENERATIONS = ['3.8', '3.9', '3.10'] as const
const MINORS = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14']
// Pure Python only: one folder serves several minors, and musl.
const PLATFORM = process.arch === 'arm64' ? 'manylinux2014_aarch64' : 'manylinux2014_x86_64'

export interface Interpreter {
  minor: string
  command: string
}

const minorOf = async (command: string): Promise<Interpreter | undefined> => {
  const program = 'import sys; print("%s %d.%d" % ((sys.implementation.name,) + sys.version_info[:2]))'
  const output = await run(command, ['-I', '-c', program]).catch(() => '')
  const [implementation, minor] = output.trim().split(' ')
  return implementation === 'cpython' && minor !== undefined ? { minor, command } : undefined
}

/** The CPython interpreters of this machine that can compile bytecode: on the PATH, or from pyenv. */
export const interpreters = async (): Promise<Interpreter[]> => {
  const pyenv = join(homedir(), '.pyenv', 'versions')
  const versions = await readdir(pyenv).catch(() => [])
  const candidates = [
    ...versions.map((version) => join(pyenv, version, 'bin', 'python')),
    ...MINORS.map((minor) => `/usr/bin/python${minor}`),
  ]
  const found = await Promise.all(candidates.map(minorOf))
  return MINORS.flatMap((minor) => found.find((each) => each?.minor === minor) ?? [])
}

const requirements = (generation: string): string => join(HERE, `requirements-${generation}.txt`)

const install = async (target: string, generation: string): Promise<void> => {
  const wheels = ['--only-binary=:all:', '--implementation', 'cp', '--abi', 'none']
  const where = ['--platform', PLATFORM, '--python-version', generation, '--target', target]
  const locked = ['--no-deps', '--require-hashes', '--no-compile', '--quiet', '-r', requirements(generation)]
  await run('python3', ['-m', 'pip', 'install', ...wheels, ...where, ...locked])
  await rm(join(target, 'bin'), { recursive: true, force: true })
}

/** Only the header (not the readme below it) and the licences. */
const keepMetadata = async (from: string, to: string): Promise<void> => {
  await mkdir(to)
  const [header = ''] = (await readFile(join(from, 'METADATA'), 'utf8')).split(/\n\r?\n/, 1)
  await writeFile(join(to, 'METADATA'), `${header}\n`)
  for (const name of await readdir(from)) {
    if (/^(licenses|licen[cs]e.*)$/i.test(name)) await rename(join(from, name), join(to, name))
  }
  await rm(from, { recursive: true }) // in the zip it would also be found, as a package without a name
}

interface Packing {
  generation: string
  compilers: readonly Interpreter[]
}

const generationOf = (minor: string): string =>
  GENERATIONS.findLast((each) => MINORS.indexOf(each) <= MINORS.indexOf(minor)) ?? ''

/** `modules-<minor>.zip` for the available interpreters; `modules-<generation>-source.zip` for others, which is slower. */
const pack = async (folder: string, modules: string, { generation, compilers }: Packing): Promise<void> => {
  const script = join(HERE, 'pack.py')
  await run('python3', ['-I', script, modules, join(folder, `modules-${generation}-source.zip`), 'source'])
  for (const { minor, command } of compilers.filter((each) => generationOf(each.minor) === generation)) {
    await run(command, ['-I', script, modules, join(folder, `modules-${minor}.zip`), 'bytecode'])
  }
}

/**
 * Modules are packed into zip files, one per minor version: thousands of small files would take seconds to copy into a pod.
 * The metadata of packages stays beside them, for their licences.
 */
const assembleModules = async (
  folder: string,
  generation: string,
  compilers: readonly Interpreter[],
): Promise<void> => {
  const licenses = join(folder, `licenses-${generation}`)
  const modules = await mkdtemp(join(CACHE_DIR, 'agents', '.python-modules-'))
  try {
    await install(modules, generation)
    await run('python3', ['-I', join(HERE, 'vendor.py'), modules])
    await mkdir(licenses)
    for (const name of await readdir(modules)) {
      if (name.endsWith('.dist-info')) await keepMetadata(join(modules, name), join(licenses, name))
    }
    await pack(folder, modules, { generation, compilers })
  } finally {
    await rm(modules, { recursive: true, force: true })
  }
}

/** Our own modules, with the bytecode of each interpreter beside them. */
const copyOwn = async (folder: string, compilers: readonly Interpreter[]): Promise<void> => {
  for (const name of ['boot', 'own']) {
    const target = join(folder, name)
    await mkdir(target)
    for (const file of (await readdir(join(HERE, name))).filter((each) => each.endsWith('.py'))) {
      await copyFile(join(HERE, name, file), join(target, file))
    }
    for (const { command } of compilers) await run(command, ['-I', join(HERE, 'pack.py'), target, 'cached'])
  }
}

/** Fills `folder`; requires pip and its index. */
export const assemble = async (folder: string): Promise<string> => {
  const compilers = await interpreters()
  await copyOwn(folder, compilers)
  for (const generation of GENERATIONS) await assembleModules(folder, generation, compilers)
  const pins = await Promise.all(GENERATIONS.map((generation) => readFile(requirements(generation), 'utf8')))
  return `opentelemetry-sdk ${pins.map((text) => /opentelemetry-sdk==(\S+)/.exec(text)?.[1]).join(', ')}`
}

/** Bytecode is compiled by the interpreters on this machine. */
export const variant = async (): Promise<string> => (await interpreters()).map(({ minor }) => minor).join()
