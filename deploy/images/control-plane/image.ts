import { copyFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { buildControlPlane } from '../../../scripts/build.ts'
import { defineImage } from '../image.ts'

/** The Node.js binary of the npm package `node`, which the lock file pins. */
export const nodeBinary = (): string => {
  const require = createRequire(import.meta.url)
  return join(dirname(require.resolve('node/package.json')), 'bin/node')
}

/** One image for every control-plane process; a pod chooses by its command. No npm and no node_modules inside. */
export default defineImage({
  name: 'control-plane',
  base: 'base',
  inputs: ['src', 'scripts/build.ts', 'package-lock.json', 'deploy/images/control-plane'],
  assemble: async (contextDir) => {
    await buildControlPlane(join(contextDir, 'app'))
    await writeFile(join(contextDir, 'app/package.json'), '{ "type": "module" }\n')
    await copyFile(nodeBinary(), join(contextDir, 'node'))
  },
})
