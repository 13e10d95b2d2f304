/** npm packages for tests, installed once into the cache. */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE_DIR, run } from '../../../tools/step.ts'

/** A folder with the packages, each as `name@version`, in `node_modules`. Its package.json names none of them. */
export const nodePackages = async (name: string, packages: readonly string[]): Promise<string> => {
  const root = join(CACHE_DIR, 'runtimes')
  const target = join(root, `npm-${name}`)
  if (existsSync(target)) return target
  await mkdir(root, { recursive: true })
  const work = await mkdtemp(join(root, '.npm-'))
  try {
    await writeFile(join(work, 'package.json'), JSON.stringify({ name, private: true, dependencies: {} }))
    await run('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
      cwd: work,
    })
    await rename(work, target)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return target
}
