import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildProgram } from '../../toolchain/build.ts'
import { defineImage } from '../../../tools/image.ts'

export default defineImage({
  name: 'pause',
  base: 'scratch',
  inputs: ['deploy/toolchain/cluster/cmd/pause'],
  assemble: async (contextDir) => copyFile(join(await buildProgram('cluster'), 'pause'), join(contextDir, 'pause')),
})
