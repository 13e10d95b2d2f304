import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buildProgram } from '../../toolchain/build.ts'
import { defineImage } from '../../../tools/image.ts'

export default defineImage({
  name: 'collector',
  base: 'scratch',
  inputs: ['deploy/toolchain/collector'],
  assemble: async (contextDir) => {
    await copyFile(join(await buildProgram('collector'), 'otelcol'), join(contextDir, 'otelcol'))
    await copyFile('/etc/ssl/certs/ca-certificates.crt', join(contextDir, 'ca-certificates.crt'))
    await mkdir(join(contextDir, 'empty'))
  },
})
