/** How every suite on an agent begins and ends: the agent's folder, a receiver of spans, and the environment of a container. */
import { assembledAgent } from '../../../agents/assemble.ts'
import type { FilesAgentName } from '../../../src/inject/agents/index.ts'
import type { OtlpSink } from '../../support/telemetry/otlp-sink.ts'
import { startOtlpSink } from '../../support/telemetry/otlp-sink.ts'
import type { Environment } from '../../zoo/harness/injected.ts'
import { injectedEnvironment } from '../../zoo/harness/injected.ts'

/** The name of the service of all programs here: that of the workload. */
export const SERVICE = 'shop'

interface Change {
  /** Another folder than the agent's. */
  folder?: string
  /** Another collector than the receiver. */
  endpoint?: string
  /** Set after the webhook, by the image or a script that starts the process. */
  unseen?: Environment
}

export interface AgentSuite {
  readonly folder: string
  readonly sink: OtlpSink
  /** The environment of a container that has set `user` itself. */
  injected(user?: Environment, change?: Change): Environment
  /** `<kind> <name>` of the spans from this one on, sorted. */
  received(from: number): string[]
}

/** To be called once in a `describe`; what it returns can be used in its tests and hooks. */
export const agentSuite = (language: FilesAgentName): AgentSuite => {
  let folder = ''
  let sink: OtlpSink
  before(async () => {
    folder = await assembledAgent(language)
    sink = await startOtlpSink()
  })
  after(() => sink.close())
  return {
    get folder() {
      return folder
    },
    get sink() {
      return sink
    },
    injected: (user = {}, { unseen = {}, ...change } = {}) => ({
      ...injectedEnvironment({ language, user, folder, endpoint: sink.endpoint, detection: {}, ...change }),
      ...unseen,
    }),
    received: (from) =>
      sink.spans
        .slice(from)
        .map(({ kind, name }) => `${kind} ${name}`)
        .toSorted(),
  }
}
