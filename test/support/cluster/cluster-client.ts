/** The real cluster of the integration tests: $KUBECONFIG, else the one that `npm run cluster -- start` writes. */
import { existsSync } from 'node:fs'
import { KUBECONFIG } from '../../../deploy/local/settings.ts'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import type { Credentials } from '../../../src/kube/http/credentials.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import { localOnly } from './local-only.ts'
import type { KubeClient } from '../../../src/kube/types.ts'
import { clientFrom, credentialsFrom } from '../api-server/kubeconfig-client.ts'

export const kubeconfigPath = (): string => {
  const path = process.env['KUBECONFIG'] || KUBECONFIG
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run cluster -- start`)
  return localOnly(path)
}

export const clusterCredentials = (): Promise<Credentials> => credentialsFrom(kubeconfigPath())

export const clusterClient = (): Promise<KubeClient> => clientFrom(kubeconfigPath())

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
