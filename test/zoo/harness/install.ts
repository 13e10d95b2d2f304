/** Installs the packages of an entry and builds it, once for the same content, in the cache. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { installPackages } from '../../../tools/requirements.ts'
import { CACHE_DIR, run, step } from '../../../tools/step.ts'
import type { Entry } from '../../../tools/zoo/entry.ts'
import type { NodeVersion } from '../../conformance/agents/runtimes.ts'
import { javaRuntime } from '../../conformance/agents/java-runtimes.ts'
import { nodeRuntime, nodeVersions, pythonRuntime } from '../../conformance/agents/runtimes.ts'
import type { GoToolchain } from '../../support/go/toolchain.ts'
import { goToolchain } from '../../support/go/toolchain.ts'

/** An entry that can be started. */
export interface Installed {
  folder: string
  /** Values of the placeholders. */
  values: Readonly<Record<string, string>>
  path: string
}

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)

/** A command with the values of its placeholders. */
export const filled = (command: readonly string[], values: Readonly<Record<string, string>>): string[] =>
  command.map((word) => fill(word, values))

/** The program of a runtime, and the environment of its builds. */
type Runtime = Pick<GoToolchain, 'command'> & Partial<GoToolchain>

const nodeOf = async (wanted: string): Promise<string | undefined> => {
  const version = nodeVersions.find((each) => each === wanted || each.startsWith(`${wanted}.`))
  return version && (await nodeRuntime(version satisfies NodeVersion)).command
}

/** The program of a runtime such as `python 3.11`, and the environment of builds; undefined where this machine has none. */
const runtimeOf = async (runtime: string): Promise<Runtime | undefined> => {
  const [name, version = ''] = runtime.split(' ')
  if (name === 'go') return goToolchain(version)
  if (name === 'python') return pythonRuntime(version)
  const command = name === 'node' ? await nodeOf(version) : name === 'java' ? await javaRuntime(version) : undefined
  return command === undefined ? undefined : { command }
}

const sourcesOf = async (folder: string): Promise<string[]> => {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  return files
    .filter((file) => file.isFile() && file.name !== 'zoo.json')
    .map((file) => join(file.parentPath, file.name))
    .toSorted()
}

const contentHash = async ({ folders, runtime, packages, build }: Entry): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify([runtime, packages, build]))
  for (const folder of folders) {
    for (const file of await sourcesOf(folder)) hash.update(file.slice(folder.length)).update(await readFile(file))
  }
  return hash.digest('hex').slice(0, 12)
}

const installPython = async (entry: Entry, runtime: string, target: string): Promise<void> => {
  await run(runtime, ['-m', 'venv', join(target, '.venv')])
  if (entry.packages.length === 0) return
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...entry.packages]
  await run(join(target, '.venv/bin/python'), pip, { cwd: target })
}

const installNode = async (target: string, path: string): Promise<void> => {
  if (!existsSync(join(target, 'package-lock.json'))) return
  // npm runs on the Node.js of this process: that of the entry may be too old for it.
  const env = { PATH: `${dirname(process.execPath)}:${path}` }
  await run('npm', ['ci', '--no-audit', '--no-fund', '--silent'], { cwd: target, env })
}

const installJava = async (target: string, runtime: string): Promise<void> => {
  if (!existsSync(join(target, 'pom.xml'))) return
  // A runtime without a compiler runs what another one compiles.
  const env = existsSync(join(runtime, '../javac')) ? { JAVA_HOME: join(runtime, '../..') } : {}
  await run('mvn', ['--quiet', '--batch-mode', 'package'], { cwd: target, env })
}

/** What is not said by the entry: a program with the name `app`. */
const installGo = async (entry: Entry, folder: string, { command, env }: GoToolchain): Promise<void> => {
  if (entry.build.length > 0) return
  await run(command, ['build', '-buildvcs=false', '-o', 'app', '.'], { cwd: folder, env })
}

const installInto = async (
  entry: Entry,
  { command: runtime, env: buildEnv = {} }: Runtime,
  installed: Installed,
): Promise<void> => {
  const { folder, values, path } = installed
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const source of entry.folders) {
    await cp(source, folder, { recursive: true, filter: (file) => !file.endsWith('/zoo.json') })
  }
  if (entry.language === 'python') await installPython(entry, runtime, folder)
  if (entry.language === 'nodejs') await installNode(folder, path)
  if (entry.language === 'java') await installJava(folder, runtime)
  if (entry.language === 'go') await installGo(entry, folder, { command: runtime, env: buildEnv })
  for (const [command = '', ...args] of entry.build.map((each) => filled(each, values))) {
    await run(command, args, { cwd: folder, env: { ...buildEnv, PATH: path } })
  }
  await writeFile(`${folder}.complete`, '')
}

const placesOf = (entry: Entry, folder: string, { command: runtime }: Runtime): { runtime: string; bin: string } => {
  if (entry.language === 'python') return { runtime: join(folder, '.venv/bin/python'), bin: join(folder, '.venv/bin') }
  return { runtime, bin: join(folder, 'node_modules/.bin') }
}

/** The entry, installed and built; undefined where this machine lacks its runtime. */
export const install = async (entry: Entry): Promise<Installed | undefined> => {
  const runtime = await runtimeOf(entry.runtime)
  if (runtime === undefined) return undefined
  await installPackages(entry.programs)
  const folder = join(CACHE_DIR, 'zoo', `${entry.id.replace('/', '-')}-${await contentHash(entry)}`)
  const places = placesOf(entry, folder, runtime)
  const path = `${places.bin}:${join(runtime.command, '..')}:${process.env['PATH'] ?? '/usr/bin:/bin'}`
  const installed = { folder, path, values: { ...places, folder } }
  if (!existsSync(`${folder}.complete`)) {
    await step(`install ${entry.id}`, () => installInto(entry, runtime, installed))
  }
  return installed
}
