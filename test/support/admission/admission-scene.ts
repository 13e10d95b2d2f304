/** A real API server that calls the real webhook over HTTPS, shared by the tests of admission. */
import type { KubeObject, Pod } from '../../../src/api/kubernetes.ts'
import type { Agent } from '../../../src/api/vocabulary.ts'
import { instrumentationConfigName } from '../../../src/api/workloads.ts'
import { issue } from '../../../src/controllers/certificates/issue.ts'
import type { CertificateSecret } from '../../../src/controllers/certificates/reconcile.ts'
import { caBundle } from '../../../src/controllers/certificates/reconcile.ts'
import { webhookConfiguration } from '../../../src/controllers/certificates/webhook-configuration.ts'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient } from '../../../src/kube/types.ts'
import { startBareApiServer } from '../api-server/bare-api-server.ts'
import { credentialsFrom } from '../api-server/kubeconfig-client.ts'
import { createCrds } from '../api-server/our-crds.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { configFor } from '../injection/injection-context.ts'
import type { Post, RawResponse } from '../api-server/raw-requests.ts'
import { createPost } from '../api-server/raw-requests.ts'
import type { WebhookProcess } from './webhook-process.ts'
import { startWebhookProcess } from './webhook-process.ts'
import { listObjects } from '../../../src/kube/http/list-objects.ts'

export interface AdmissionScene extends AsyncDisposable {
  client: KubeClient
  post: Post
  webhook: WebhookProcess
  secret: CertificateSecret
  /** Configures the CA that the API server trusts; otherwise the configuration is the product's, except for the address. */
  register: (secret: CertificateSecret) => Promise<void>
  /** Creates configs for the pods of StatefulSets that are named like them, and waits until the webhook has them. */
  instrument: (namespace: string, pods: readonly Pod[], agent: Agent) => Promise<void>
  /** Creates a pod as a dry run. */
  tryPod: (namespace: string, pod: Pod, query?: string) => Promise<RawResponse>
}

const SETTINGS = {
  configurationName: 'odigos-webhook',
  serviceName: 'odigos-webhook',
  systemNamespace: 'odigos-system',
  // More than the product's 3 s, because a busy machine must not fail a test.
  timeoutSeconds: 15,
}

const prepare = async (client: KubeClient, namespaces: readonly string[]): Promise<void> => {
  await createCrds(client)
  const labels = { 'pod-security.kubernetes.io/warn': 'restricted' }
  for (const name of namespaces)
    await client.create(
      RESOURCES.namespaces,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
      { fieldManager: 'test' },
    )
  for (const type of [RESOURCES.instrumentationConfigs, RESOURCES.odigosConfigs])
    await eventuallyPasses(async () => void (await listObjects(client, type)), 20_000)
}

const configurationFor = (
  { url }: WebhookProcess,
  secret: CertificateSecret,
  namespaces: readonly string[],
): KubeObject => {
  const object = webhookConfiguration(SETTINGS, caBundle(secret), namespaces)
  const webhooks = object['webhooks'] as { clientConfig: { caBundle: string } }[]
  return {
    ...object,
    webhooks: webhooks.map((each) => ({ ...each, clientConfig: { url, caBundle: each.clientConfig.caBundle } })),
  }
}

const createConfig = async (client: KubeClient, namespace: string, pod: Pod, agent: Agent): Promise<void> => {
  const name = pod.metadata?.name ?? ''
  const workload = { apiVersion: 'apps/v1', kind: 'StatefulSet', name }
  await client.create(
    RESOURCES.instrumentationConfigs,
    {
      apiVersion: 'odigos.io/v1alpha1',
      kind: 'InstrumentationConfig',
      metadata: {
        namespace,
        name: instrumentationConfigName('StatefulSet', name),
        labels: { 'app.kubernetes.io/managed-by': 'odigos' },
      },
      spec: { ...configFor(pod, agent), workload },
    },
    { fieldManager: 'instrumentor' },
  )
}

/** The pod as the controller of a StatefulSet of that name would create it. */
export const ownedBy = (pod: Pod, name: string): Pod => {
  const { namespace: _namespace, generateName: _generateName, ...metadata } = pod.metadata ?? {}
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid: name, controller: true }
  return { ...pod, metadata: { ...metadata, name, ownerReferences: [owner] } }
}

/** Whether the webhook has reviewed the pod. */
export const isReviewed = (pod: unknown): boolean =>
  (pod as Pod).metadata?.annotations?.['odigos.io/injection'] !== undefined

/** Calls `work` for all items, eight at a time. */
export const inParallel = async <Item>(items: Item[], work: (item: Item) => Promise<void>): Promise<void> => {
  const iterator = items.values()
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const item of iterator) await work(item)
    }),
  )
}

/** `reviewed`: namespaces with the webhook. `others`: namespaces without. All with labels that warn of `restricted`. */
export const startAdmissionScene = async (
  reviewed: readonly string[],
  others: readonly string[] = [],
): Promise<AdmissionScene> => {
  const server = await startBareApiServer()
  const credentials = await credentialsFrom(server.kubeconfig())
  const client = createKubeClient({ credentials })
  const stops: (() => Promise<void>)[] = [server.stop]
  const dispose = async (): Promise<void> => {
    for (const stop of stops.toReversed()) await stop()
  }
  try {
    await prepare(client, [...reviewed, ...others])
    const secret = await issue('issue-authority', {}, ['localhost'], Date.now())
    const webhook = await startWebhookProcess(server.kubeconfig(), secret)
    stops.push(webhook.stop)
    const post = await createPost(credentials)
    stops.push(async () => post[Symbol.asyncDispose]())
    const register: AdmissionScene['register'] = async (trusted) => {
      await client.apply(RESOURCES.mutatingWebhookConfigurations, configurationFor(webhook, trusted, reviewed), {
        fieldManager: 'test',
      })
    }
    await register(secret)
    const tryPod: AdmissionScene['tryPod'] = (namespace, pod, query = '') =>
      post(`/api/v1/namespaces/${namespace}/pods?dryRun=All${query}`, { apiVersion: 'v1', kind: 'Pod', ...pod })
    const instrument: AdmissionScene['instrument'] = async (namespace, pods, agent) => {
      // Events arrive in the order of writes: once the last config is known, all are.
      const last = ownedBy({ spec: { containers: [{ name: 'main', image: 'last' }] } }, `last-${agent}-${pods.length}`)
      await inParallel([...pods], (pod) => createConfig(client, namespace, pod, agent))
      await createConfig(client, namespace, last, agent)
      await eventuallyPasses(async () => {
        if (!isReviewed((await tryPod(namespace, last)).body)) throw new Error('the webhook is not called yet')
      }, 20_000)
    }
    return { client, post, webhook, secret, register, instrument, tryPod, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** The pod of a response, in a form that can be posted again. */
export const postable = (response: RawResponse): Pod => {
  const { metadata, spec } = response.body as unknown as Pod
  const fields = Object.entries(metadata ?? {}).filter(
    ([name]) =>
      !['uid', 'namespace', 'creationTimestamp', 'resourceVersion', 'generation', 'managedFields'].includes(name),
  )
  return { apiVersion: 'v1', kind: 'Pod', metadata: Object.fromEntries(fields), spec }
}
