import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { assembledAgent } from '../../../agents/assemble.ts'
import { defineImage } from '../../../tools/image.ts'

export default defineImage({
  name: 'agent-java',
  base: 'base',
  inputs: ['agents/assemble.ts', 'agents/seal.ts', 'agents/java', 'deploy/images/agent-java'],
  assemble: async (contextDir) => cp(await assembledAgent('java'), join(contextDir, 'agent'), { recursive: true }),
})
