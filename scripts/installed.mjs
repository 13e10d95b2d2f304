/** Whether the installed npm packages match package-lock.json. Plain JavaScript, for run.mjs. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Path of a package in the tree → its entry in a lock file. */
const packagesOf = (file) => Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages)

const isSame = (locked, present) => locked.version === present.version && locked.integrity === present.integrity

/**
 * npm finally writes the installed packages to node_modules/.package-lock.json, whoever calls it. Optional packages may be
 * missing: they are for other platforms.
 */
export const isInstalled = (root) => {
  const hidden = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(hidden) || !existsSync(join(root, 'node_modules/node/bin/node'))) return false
  const present = new Map(packagesOf(hidden))
  return packagesOf(join(root, 'package-lock.json')).every(([path, locked]) => {
    const found = present.get(path)
    return path === '' || (found ? isSame(locked, found) : locked.optional === true)
  })
}
