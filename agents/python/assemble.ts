/**
 * The Python agent: `boot/sitecustomize.py` and one folder of packages per generation of the SDK. Bytecode is compiled
 * ahead, since the folder is read-only in the application's container: without it each start takes twice as long.
 */
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../deploy/toolchain/step.ts'

const here = import.meta.dirname

/** Oldest minor version of each folder; `sitecustomize.py` knows the same list. */
const generations = ['3.8', '3.9', '3.10'] as const
const minors = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14']
// abi3 wheels and pure Python only: one folder serves several minors, and musl, where the extension does not load and
// protobuf falls back to Python.
const platform = process.arch === 'arm64' ? 'manylinux2014_aarch64' : 'manylinux2014_x86_64'

const notAtRunTime = /\.(pyi|proto|c|h)$|^(RECORD|INSTALLER|REQUESTED|WHEEL|top_level\.txt|py\.typed)$/

export type Interpreter = { readonly minor: string; readonly command: string }

/** The CPython interpreters of this machine that can compile bytecode for us: on the path, or from pyenv. */
export const interpreters = async (): Promise<Interpreter[]> => {
  const pyenv = join(homedir(), '.pyenv', 'versions')
  const versions = await readdir(pyenv).catch(() => [])
  const candidates = [
    ...versions.toSorted().map((version) => join(pyenv, version, 'bin', 'python')),
    ...minors.map((minor) => `/usr/bin/python${minor}`),
  ]
  const found = await Promise.all(candidates.map(minorOf))
  return minors.flatMap((minor) => found.find((each) => each?.minor === minor) ?? [])
}

const minorOf = async (command: string): Promise<Interpreter | undefined> => {
  const program = 'import sys; print("%s %d.%d" % ((sys.implementation.name,) + sys.version_info[:2]))'
  const answer = await run(command, ['-I', '-c', program]).catch(() => '')
  const [implementation, minor] = answer.trim().split(' ')
  return implementation === 'cpython' && minor !== undefined ? { minor, command } : undefined
}

/** Fills `folder`; needs pip and its index. */
export const assemblePython = async (folder: string): Promise<string> => {
  await mkdir(join(folder, 'boot'))
  await copyFile(join(here, 'boot', 'sitecustomize.py'), join(folder, 'boot', 'sitecustomize.py'))
  const compilers = await interpreters()
  for (const generation of generations) await assembleSite(join(folder, `site-${generation}`), generation, compilers)
  const pins = await Promise.all(generations.map((generation) => readFile(requirements(generation), 'utf8')))
  return `opentelemetry-sdk ${pins.map((text) => /opentelemetry-sdk==(\S+)/.exec(text)?.[1]).join(', ')}`
}

const requirements = (generation: string): string => join(here, `requirements-${generation}.txt`)

const assembleSite = async (site: string, generation: string, compilers: readonly Interpreter[]): Promise<void> => {
  const wheels = ['--only-binary=:all:', '--implementation', 'cp', '--abi', 'abi3', '--abi', 'none']
  const target = ['--platform', platform, '--python-version', generation, '--target', site]
  const locked = ['--no-deps', '--require-hashes', '--no-compile', '--quiet', '-r', requirements(generation)]
  await run('python3', ['-m', 'pip', 'install', ...wheels, ...target, ...locked])
  await trim(site)
  for (const { minor, command } of compilers) {
    // Copied files get new times, and a wrong time would make Python discard the bytecode: it is told not to look.
    const args = ['-I', '-m', 'compileall', '-q', '-j', '2', '--invalidation-mode', 'unchecked-hash', site]
    if (generationOf(minor) === generation) await run(command, args)
  }
}

const generationOf = (minor: string): string =>
  generations.findLast((each) => minors.indexOf(each) <= minors.indexOf(minor)) ?? ''

const trim = async (site: string): Promise<void> => {
  await rm(join(site, 'bin'), { recursive: true, force: true })
  for (const entry of await readdir(site, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory() ? entry.name === 'tests' : notAtRunTime.test(entry.name)) {
      await rm(path, { recursive: true, force: true })
    }
  }
}
