import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildControlPlane } from '../../../tools/bundle.ts'
import { defineImage } from '../../../tools/image.ts'
import { NODE_BINARY } from '../../../tools/node-binary.ts'

/** One image for every control-plane process; a pod selects its process by its command. No npm and no node_modules inside. */
export default defineImage({
  name: 'control-plane',
  base: 'base',
  inputs: ['src', 'tools/bundle.ts', 'package-lock.json', 'deploy/images/control-plane', 'tools/node-binary.ts'],
  assemble: async (contextDir) => {
    await buildControlPlane(join(contextDir, 'app'))
    await writeFile(join(contextDir, 'app/package.json'), '{ "type": "module" }\n')
    await copyFile(NODE_BINARY, join(contextDir, 'node'))
  },
})
