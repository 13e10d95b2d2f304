import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { assembledAgent } from '../../../agents/assemble.ts'
import { agentImageName } from '../../../src/api/names.ts'
import { FILES_AGENTS } from '../../../src/inject/agents/index.ts'
import type { ImageDefinition } from '../../../tools/image.ts'
import { defineImage } from '../../../tools/image.ts'

/** The image with the files of an agent. */
export const agentImage = (agent: string): ImageDefinition =>
  defineImage({
    name: agentImageName(agent),
    base: 'base',
    inputs: ['agents/assemble.ts', 'agents/seal.ts', `agents/${agent}`],
    assemble: async (contextDir) => cp(await assembledAgent(agent), join(contextDir, 'agent'), { recursive: true }),
  })

export default FILES_AGENTS.map(agentImage)
