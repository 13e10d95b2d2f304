import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { assembledAgent } from '../../../agents/assemble.ts'
import { defineImage } from '../../../tools/image.ts'

export default defineImage({
  name: 'agent-python',
  base: 'base',
  inputs: ['agents/assemble.ts', 'agents/seal.ts', 'agents/python', 'deploy/images/agent-python'],
  assemble: async (contextDir) => cp(await assembledAgent('python'), join(contextDir, 'agent'), { recursive: true }),
})
