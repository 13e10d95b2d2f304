import { createKubeClient } from '../../../src/kube/http/client.ts'
import type { Credentials } from '../../../src/kube/http/credentials.ts'
import { kubeConfigCredentials, loadKubeConfig } from '../../../src/kube/http/credentials.ts'
import type { KubeClient } from '../../../src/kube/types.ts'

/** Credentials of the current context of a kubeconfig. */
export const credentialsFrom = async (path: string): Promise<Credentials> =>
  kubeConfigCredentials(await loadKubeConfig({ path }))

export const clientFrom = async (path: string): Promise<KubeClient> =>
  createKubeClient({ credentials: await credentialsFrom(path) })
