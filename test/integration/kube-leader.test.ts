import { leaderCases, REAL_TIMING } from '../conformance/kube/leader-cases.ts'
import { clusterClient, clusterCredentials, temporaryNamespace } from '../support/cluster/cluster-client.ts'

let namespace: (AsyncDisposable & { name: string }) | undefined
after(() => namespace?.[Symbol.asyncDispose]())

leaderCases(
  'a real API server',
  async () => {
    namespace = await temporaryNamespace(await clusterClient(), 'kube-leader')
    return { credentials: await clusterCredentials(), namespace: namespace.name }
  },
  REAL_TIMING,
)
