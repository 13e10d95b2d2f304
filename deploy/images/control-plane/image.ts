import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildControlPlane } from '../../../scripts/build.ts'
import { defineImage } from '../image.ts'
import { NODE_BINARY } from '../node-binary.ts'

/** One image for every control-plane process; a pod chooses by its command. No npm and no node_modules inside. */
export default defineImage({
  name: 'control-plane',
  base: 'base',
  inputs: [
    'src',
    'scripts/build.ts',
    'package-lock.json',
    'deploy/images/control-plane',
    'deploy/images/node-binary.ts',
  ],
  assemble: async (contextDir) => {
    await buildControlPlane(join(contextDir, 'app'))
    await writeFile(join(contextDir, 'app/package.json'), '{ "type": "module" }\n')
    await copyFile(NODE_BINARY, join(contextDir, 'node'))
  },
})
