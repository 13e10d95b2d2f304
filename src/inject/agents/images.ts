import type { ImageSource } from '../../api/names.ts'
import { agentImageName, imageReference } from '../../api/names.ts'
import type { AgentImages } from '../types.ts'

/** References of the agents' images, for the webhook that injects them and the instrumentor that compares hashes. */
export const agentImages = (source: ImageSource, pullPolicy: string): AgentImages => ({
  agent: (agent) => imageReference(agentImageName(agent), source),
  pullPolicy,
})
