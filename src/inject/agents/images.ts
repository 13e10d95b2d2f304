import type { ImageSource } from '../../api/names.ts'
import { agentImageName, imageReference } from '../../api/names.ts'
import type { AgentImages } from '../types.ts'

/** How an installation names the agents' images; what is absent is as for its own. */
export interface AgentImageSettings {
  IMAGE_REGISTRY: string
  IMAGE_TAG: string
  IMAGE_PULL_POLICY: string
  AGENT_IMAGE_REGISTRY?: string | undefined
  AGENT_IMAGE_TAG?: string | undefined
  AGENT_IMAGES?: Readonly<Record<string, string>> | undefined
  AGENT_PULL_SECRETS?: readonly string[] | undefined
}

/** References of the agents' images, for the webhook that injects them and the instrumentor that compares hashes. */
export const agentImages = (settings: AgentImageSettings): AgentImages => {
  const source: ImageSource = {
    registry: settings.AGENT_IMAGE_REGISTRY ?? settings.IMAGE_REGISTRY,
    tag: settings.AGENT_IMAGE_TAG ?? settings.IMAGE_TAG,
  }
  const { AGENT_PULL_SECRETS: pullSecrets = [] } = settings
  return {
    agent: (agent) => settings.AGENT_IMAGES?.[agent] ?? imageReference(agentImageName(agent), source),
    pullPolicy: settings.IMAGE_PULL_POLICY,
    ...(pullSecrets.length > 0 ? { pullSecrets } : {}),
  }
}
