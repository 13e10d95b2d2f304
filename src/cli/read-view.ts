/** Reads the cluster once, as the UI watches it. */
import { isNotFound, KubeError } from '../kube/http/error.ts'
import type { KubeClient } from '../kube/types.ts'
import { typeLookup } from '../operations/catalogue.ts'
import { readTelemetry } from '../operations/read-telemetry.ts'
import { watchCluster } from '../operations/watch-cluster.ts'
import { clusterView } from '../view/cluster-view.ts'
import { withLiveTelemetry } from '../view/live-telemetry.ts'
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

/** A request that is optional must not delay the answer for long. */
const LIVE_MS = 3_000

const readWatched = async (client: KubeClient, { systemNamespace, signal }: Session): Promise<ClusterView> => {
  const done = new AbortController()
  const ended = AbortSignal.any([signal, done.signal])
  try {
    return await new Promise<ClusterView>((resolve, reject) => {
      const forbidden = new Set<string>()
      let settle = (): void => undefined
      const context = { types: typeLookup, systemNamespace }
      const cluster = watchCluster({
        client,
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

/** The view that the UI has, with the times at which telemetry was last seen as they are now. */
export const readView = async (session: Session): Promise<ClusterView> => {
  const client = await session.client()
  const soon = AbortSignal.any([session.signal, AbortSignal.timeout(LIVE_MS)])
  const [view, report] = await Promise.all([
    readWatched(client, session),
    readTelemetry(client, session.systemNamespace, soon),
  ])
  return withLiveTelemetry(view, report)
}
