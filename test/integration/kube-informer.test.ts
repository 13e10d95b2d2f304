import { informerCases } from '../conformance/kube/informer-cases.ts'
import { clusterClient, clusterCredentials, temporaryNamespace } from '../support/cluster/cluster-client.ts'

let namespace: (AsyncDisposable & { name: string }) | undefined
after(() => namespace?.[Symbol.asyncDispose]())

informerCases('a real API server', async () => {
  namespace = await temporaryNamespace(await clusterClient(), 'kube-informer')
  return { credentials: await clusterCredentials(), namespace: namespace.name, many: 1_100 }
})
