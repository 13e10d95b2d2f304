import { clientCases } from '../conformance/kube/client-cases.ts'
import { clusterClient, clusterCredentials, temporaryNamespace } from '../support/cluster/cluster-client.ts'

let namespace: (AsyncDisposable & { name: string }) | undefined
after(() => namespace?.[Symbol.asyncDispose]())

clientCases('a real API server', async () => {
  namespace = await temporaryNamespace(await clusterClient(), 'kube-client')
  return { credentials: await clusterCredentials(), namespace: namespace.name }
})
