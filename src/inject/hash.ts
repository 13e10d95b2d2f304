import { createHash } from 'node:crypto'
import type { InstrumentationConfigSpec } from '../api/kinds/instrumentation-config.ts'
import type { OdigosConfigSpec } from '../api/kinds/odigos-config.ts'
import type { AgentRegistry } from './agents/index.ts'
import { AGENT_DEFINITIONS } from './agents/index.ts'
import { sentSignals } from './signals.ts'
import { parseImage } from './pod/image-reference.ts'
import type { AgentImages } from './types.ts'

/** The hash's words for the delivery never change: others would make every pod look outdated. */
const DELIVERY_IN_HASH = { InitContainer: 'init-container', ImageVolume: 'image-volume' } as const

/** Increased when the injected content changes although settings and images stay the same. */
const AGENTS_VERSION = 1

const nameAndValue = ({ name, value }: { name: string; value: string }): [string, string] => [name, value]

/**
 * Hash of what the webhook would inject. It covers only what ends up in the pod: a pod whose annotation differs needs a
 * restart, and new evidence for the same decision needs none.
 */
export const injectionHash = (
  spec: InstrumentationConfigSpec,
  settings: OdigosConfigSpec,
  images: Pick<AgentImages, 'agent'>,
  agents: AgentRegistry = AGENT_DEFINITIONS,
): string => {
  const chosen = spec.containers.filter(({ agent }) => agent !== undefined)
  const hasFiles = chosen.some(({ agent = '' }) => agents[agent]?.delivery === 'files')
  const decided = [
    AGENTS_VERSION,
    hasFiles ? DELIVERY_IN_HASH[settings.agentDelivery] : null,
    settings.sampling?.traceRatio ?? 1,
    chosen.map(({ name }) => name).filter((name) => settings.ignoredContainers.includes(name)),
    spec.workload.name,
    spec.serviceName ?? null,
    spec.pipeline?.endpoint ?? null,
    sentSignals(spec, settings),
    chosen.map(({ name, agent, executable, runtimeEnv, settings: env, reason }) => [
      name,
      agent && (agents[agent]?.delivery === 'configuration' ? agent : images.agent(agent)),
      executable ?? null,
      reason,
      (runtimeEnv ?? []).map(nameAndValue),
      (env ?? []).map(nameAndValue),
    ]),
  ]
  return createHash('sha256').update(JSON.stringify(decided)).digest('hex').slice(0, 16)
}

const nameOf = (reference: string): string => parseImage(reference).repository.replace(/^.*\//, '')

/**
 * The agents' images in a pod, in place of those that it would get now: with them, the hash of an unchanged decision
 * equals the pod's annotation, whichever release its agents are from.
 */
export const carriedImages = (
  references: readonly string[],
  current: Pick<AgentImages, 'agent'>,
): Pick<AgentImages, 'agent'> => ({
  agent: (agent) => {
    const image = current.agent(agent)
    return references.find((reference) => nameOf(reference) === nameOf(image)) ?? image
  },
})
