import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildProgram } from '../../toolchain/build.ts'
import { defineImage } from '../../../tools/image.ts'

export default defineImage({
  name: 'coredns',
  base: 'scratch',
  inputs: ['deploy/toolchain/cluster'],
  assemble: async (contextDir) => copyFile(join(await buildProgram('cluster'), 'coredns'), join(contextDir, 'coredns')),
})
