/** The real cluster of the integration tests: $KUBECONFIG, else the one that `npm run cluster -- start` writes. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import type { Credentials } from '../../../src/kube/http/credentials.ts'
import { kubeConfigCredentials, loadKubeConfig } from '../../../src/kube/http/credentials.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import { localOnly } from './local-only.ts'
import type { KubeClient } from '../../../src/kube/types.ts'

export const kubeconfigPath = (): string => {
  const path = process.env['KUBECONFIG'] || join(homedir(), '.cache', 'odigos', 'kubeconfig')
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run cluster -- start`)
  return localOnly(path)
}

export const clusterCredentials = async (): Promise<Credentials> =>
  kubeConfigCredentials(await loadKubeConfig({ path: kubeconfigPath() }))

export const clusterClient = async (): Promise<KubeClient> =>
  createKubeClient({ credentials: await clusterCredentials() })

/** A namespace for one test. On disposal it is deleted, without waiting. */
export const temporaryNamespace = async (
  client: KubeClient,
  prefix: string,
  labels: Record<string, string> = {},
): Promise<AsyncDisposable & { name: string }> => {
  const name = `${prefix}-${Date.now().toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`
  const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
  await client.create(RESOURCES.namespaces, namespace, { fieldManager: 'test' })
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await client.delete({ type: RESOURCES.namespaces, name })
    },
  }
}
