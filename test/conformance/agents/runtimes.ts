/** The runtimes that the agents are tried on: those of this machine, and older ones of Node.js from the npm registry. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { CACHE_DIR, run } from '../../../tools/step.ts'

export interface Runtime {
  version: string
  command: string
}

const folder = join(CACHE_DIR, 'runtimes')

/** 24 is the one that the control plane runs on; it is what `node_modules` has. */
export const nodeVersions = ['14.21.3', '16.20.2', '18.12.1', '18.20.8', '20.20.2', '22.23.3', '24'] as const
export type NodeVersion = (typeof nodeVersions)[number]

const fetchNode = async (version: string, target: string): Promise<void> => {
  await mkdir(folder, { recursive: true })
  const work = await mkdtemp(join(folder, '.node-'))
  try {
    const name = `node-linux-${process.arch}`
    await run('npm', ['pack', '--silent', `${name}@${version}`], { cwd: work })
    await run('tar', ['-xzf', `${name}-${version}.tgz`], { cwd: work })
    await rename(join(work, 'package'), target)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** The Node.js of this version, fetched once; throws where the registry does not have it for this machine. */
export const nodeRuntime = async (version: NodeVersion): Promise<Runtime> => {
  const require = createRequire(import.meta.url)
  if (version === '24') return { version, command: join(dirname(require.resolve('node/package.json')), 'bin/node') }
  const target = join(folder, `node-${version}`)
  if (!existsSync(join(target, 'bin/node'))) await fetchNode(version, target)
  return { version, command: join(target, 'bin/node') }
}

export const pythonMinors = ['2.7', '3.6', '3.7', '3.8', '3.9', '3.10', '3.11', '3.12', '3.13'] as const

/** CPython of this minor version from pyenv or the system, or nothing. */
export const pythonRuntime = async (minor: string): Promise<Runtime | undefined> => {
  const pyenv = join(homedir(), '.pyenv/versions')
  const version = (await readdir(pyenv).catch(() => [])).find((each) => each.startsWith(`${minor}.`))
  const candidates = [...(version ? [join(pyenv, version, 'bin/python')] : []), `/usr/bin/python${minor}`]
  const command = candidates.find((each) => existsSync(each))
  return command === undefined ? undefined : { version: minor, command }
}

/** A virtual environment of `/usr/bin/python3` with these packages, made once. Returns the path of its Python. */
export const pythonWith = async (name: string, packages: readonly string[]): Promise<string> => {
  const target = join(folder, `venv-${name}`)
  const python = join(target, 'bin/python')
  if (existsSync(join(target, 'complete'))) return python
  await rm(target, { recursive: true, force: true })
  await run('/usr/bin/python3', ['-m', 'venv', '--without-pip', target])
  const site = await run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'])
  await run('python3', ['-m', 'pip', 'install', '--quiet', '--target', site.trim(), ...packages])
  await mkdir(join(target, 'complete'))
  return python
}
