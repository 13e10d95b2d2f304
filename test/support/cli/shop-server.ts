/** The shop of the tests of the UI behind an API server in memory, with a kubeconfig for it. */
import type { KubeClient } from '../../../src/kube/types.ts'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import { startFakeApiServer } from '../api-server/fake-api-server.ts'
import { putShopInUse } from '../ui/ui-scene.ts'
import { writeKubeconfig } from './run-cli.ts'

export interface ShopServer extends AsyncDisposable {
  client: KubeClient
  /** Path of the kubeconfig. */
  kubeconfig: string
}

export const startShopServer = async (): Promise<ShopServer> => {
  const server = await startFakeApiServer()
  const client = createKubeClient({ credentials: server.credentials })
  await putShopInUse(client)
  const kubeconfig = writeKubeconfig(server.url)
  return {
    client,
    kubeconfig: kubeconfig.path,
    [Symbol.asyncDispose]: async () => {
      kubeconfig[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
