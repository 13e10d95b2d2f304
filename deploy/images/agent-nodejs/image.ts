import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { assembledAgent } from '../../../agents/assemble.ts'
import { defineImage } from '../../../tools/image.ts'

export default defineImage({
  name: 'agent-nodejs',
  base: 'base',
  inputs: ['agents/assemble.ts', 'agents/seal.ts', 'agents/nodejs', 'deploy/images/agent-nodejs'],
  assemble: async (contextDir) => cp(await assembledAgent('nodejs'), join(contextDir, 'agent'), { recursive: true }),
})
