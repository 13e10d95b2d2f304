/**
 * Assembles the agents' files in the cache, once for the same content of this folder. The images and the conformance
 * tests use the same result. Run directly, it assembles all agents and prints their folders.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FILES_AGENTS } from '../src/inject/agents/index.ts'
import { CACHE_DIR, step } from '../tools/step.ts'
import { seal } from './seal.ts'

/** The exports of `assemble.ts` in an agent's folder. */
interface Assembler {
  /** Fills an empty folder; returns the text of the agent's VERSION file. */
  assemble: (folder: string) => Promise<string>
  /** Properties of the machine that affect the content, besides the files of the folder. */
  variant?: () => Promise<string>
}

export const assemblerOf = async (name: string): Promise<Assembler> =>
  (await import(pathToFileURL(join(import.meta.dirname, name, 'assemble.ts')).href)) as Assembler

const assembleInto = async (name: string, target: string): Promise<void> => {
  await mkdir(join(CACHE_DIR, 'agents'), { recursive: true })
  const work = await mkdtemp(join(CACHE_DIR, 'agents', `.${name}-`))
  try {
    await seal(work, await (await assemblerOf(name)).assemble(work))
    // A concurrent process may have finished first: then its result is used.
    if (!existsSync(target)) await rename(work, target)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const sourcesHash = async (name: string): Promise<string> => {
  const hash = createHash('sha256').update(process.arch)
  hash.update((await (await assemblerOf(name)).variant?.()) ?? '')
  const folder = join(import.meta.dirname, name)
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter(
      (entry) => entry.isFile() && !`${entry.parentPath}/`.includes('/node_modules/') && !entry.name.endsWith('.pyc'),
    )
    .map((entry) => join(entry.parentPath, entry.name))
  for (const file of [...files.toSorted(), join(import.meta.dirname, 'seal.ts')]) {
    hash.update(basename(file)).update(await readFile(file))
  }
  return hash.digest('hex').slice(0, 12)
}

/** The agent's folder as mounted at `/var/odigos/<name>`; created unless it is cached. */
export const assembledAgent = async (name: string): Promise<string> => {
  const target = join(CACHE_DIR, 'agents', `${name}-${await sourcesHash(name)}`)
  if (!existsSync(target)) await step(`assemble the ${name} agent`, () => assembleInto(name, target))
  return target
}

if (import.meta.main) {
  for (const name of FILES_AGENTS) console.log(await assembledAgent(name))
}
