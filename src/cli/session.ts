/** What a command needs of its surroundings, by the options that all commands have. */
import type { KubeConfig } from '@kubernetes/client-node'
import { SYSTEM_NAMESPACE } from '../api/names.ts'
import { createKubeClient } from '../kube/http/client.ts'
import { kubeConfigCredentials, loadKubeConfig } from '../kube/http/credentials.ts'
import type { KubeClient } from '../kube/types.ts'
import { CliError } from './answer.ts'
import type { Paint } from './output/paint.ts'

export interface GlobalOptions {
  kubeconfig?: string
  context?: string
  namespace?: string
  systemNamespace?: string
  output?: 'text' | 'json' | 'yaml'
}

export interface Session {
  config: () => Promise<KubeConfig>
  client: () => Promise<KubeClient>
  /** Namespace of workloads: the option, that of the context, or `default`. */
  namespace: () => Promise<string>
  /** Whether the option was given. */
  isNamespaceGiven: boolean
  /** Namespace of Odigos. */
  systemNamespace: string
  /** Options for kubectl and helm, so that they speak with the same cluster. */
  target: Pick<GlobalOptions, 'kubeconfig' | 'context'>
  paint: Paint
  /** Tells the user what takes a while, at a terminal only. */
  progress: (text: string) => void
  /** Tells the user something beside the answer. */
  tell: (text: string) => void
  /** A part of an answer that has no end. */
  say: (text: string) => void
  signal: AbortSignal
  now: () => Date
}

const withoutConfig = (cause: unknown): CliError =>
  new CliError(`No cluster: ${(cause as Error).message}`, 'Set KUBECONFIG, or use --kubeconfig and --context.', {
    cause,
  })

/** Parts that are the same for every command of a run. */
export type Surroundings = Pick<Session, 'paint' | 'progress' | 'tell' | 'say' | 'signal' | 'now'>

export const createSession = (options: GlobalOptions, surroundings: Surroundings): Session => {
  const { kubeconfig, context, namespace, systemNamespace = SYSTEM_NAMESPACE } = options
  const target = { ...(kubeconfig ? { kubeconfig } : {}), ...(context ? { context } : {}) }
  const load = async () => {
    try {
      return await loadKubeConfig({ ...(kubeconfig ? { path: kubeconfig } : {}), ...(context ? { context } : {}) })
    } catch (error) {
      throw withoutConfig(error)
    }
  }
  let config: ReturnType<typeof load> | undefined
  let client: Promise<KubeClient> | undefined
  const loaded = () => (config ??= load())
  const connect = async () =>
    // Without the signal: what is temporary is deleted after an interruption, too.
    createKubeClient({ credentials: kubeConfigCredentials(await loaded()) })
  return {
    ...surroundings,
    target,
    systemNamespace,
    isNamespaceGiven: namespace !== undefined,
    config: loaded,
    client: () => (client ??= connect()),
    namespace: async () => {
      if (namespace !== undefined) return namespace
      const { namespace: ofContext } = (await loaded()).getContextObject((await loaded()).getCurrentContext()) ?? {}
      return ofContext ?? 'default'
    },
  }
}
