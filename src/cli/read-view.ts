/** Reads the cluster once, as the UI watches it. */
import { isNotFound, KubeError } from '../kube/http/error.ts'
import { typeLookup } from '../operations/catalogue.ts'
import { watchCluster } from '../operations/watch-cluster.ts'
import { clusterView } from '../view/cluster-view.ts'
import type { ClusterView } from '../view/view.ts'
import { CliError } from './answer.ts'
import type { Session } from './session.ts'

const notInstalled = (cause: unknown): CliError =>
  new CliError(
    'Odigos is not installed in this cluster: it has no CustomResourceDefinitions of odigos.io.',
    'Install it: odigos install',
    { cause },
  )

/** Kinds without permission are missing in the view; any other error is thrown. */
const isForbidden = (error: unknown): boolean => error instanceof KubeError && error.status === 403

export const readView = async ({ client, systemNamespace, signal }: Session): Promise<ClusterView> => {
  const done = new AbortController()
  const ended = AbortSignal.any([signal, done.signal])
  const connected = await client()
  try {
    return await new Promise<ClusterView>((resolve, reject) => {
      const forbidden = new Set<string>()
      let settle = (): void => undefined
      const context = { types: typeLookup, systemNamespace }
      const cluster = watchCluster({
        client: connected,
        signal: ended,
        namespace: systemNamespace,
        onError: (kind, error) => {
          if (done.signal.aborted) return
          if (!isForbidden(error)) return reject(isNotFound(error) ? notInstalled(error) : error)
          forbidden.add(kind)
          settle()
        },
      })
      settle = () => {
        const observed = cluster.observe()
        if (observed.missing.every((kind) => forbidden.has(kind))) resolve(clusterView(observed, context))
      }
      cluster.onChange(() => settle())
    })
  } finally {
    done.abort(new Error('the view was read'))
  }
}
