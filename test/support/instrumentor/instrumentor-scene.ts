/** A bare API server with the instrumentor and simulated parts of a cluster: kubelet, controllers, webhook. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InstrumentationConfig } from '../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../src/api/kinds/odigos-config.ts'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { NODE_COLLECTOR_NAME } from '../../../src/api/names.ts'
import { SEEN_METRICS } from '../../../src/collector/seen.ts'
import type { Sample } from '../../../src/prometheus/text.ts'
import { runInstrumentor } from '../../../src/controllers/instrumentor/controller.ts'
import { injectionHash } from '../../../src/inject/hash.ts'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient, ResourceType } from '../../../src/kube/types.ts'
import { loadConfig } from '../../../src/process/config.ts'
import { createLog } from '../../../src/process/log.ts'
import { createMetrics } from '../../../src/process/metrics.ts'
import { startBareApiServer } from '../api-server/bare-api-server.ts'
import { credentialsFrom } from '../api-server/kubeconfig-client.ts'
import { createCrds } from '../api-server/our-crds.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import type { NewPods } from './fake-workloads.ts'
import { createDetectorReports, createFakeWorkloads } from './fake-workloads.ts'
import type { SeenRequest } from '../api-server/fault-proxy.ts'
import { startFaultProxy } from '../api-server/fault-proxy.ts'
import { listObjects } from '../../../src/kube/http/list-objects.ts'

/** Longer than a change takes to reach the instrumentor, also on a busy machine. */
const QUIET_MS = 1_500
const SETTLE_LIMIT_MS = 60_000

const SYSTEM = 'odigos-system'
const USER = { fieldManager: 'user' }
const images = { agent: (agent: string) => `odigos.local/agent-${agent}:dev` }

const inBatches = async <T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> => {
  for (let i = 0; i < items.length; i += 20) await Promise.all(items.slice(i, i + 20).map(work))
}

const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'

/** Makes the API server reject writes of the InstrumentationConfig with a name, but not of its status, until released. */
const refuseConfig = async (client: KubeClient, name: string): Promise<() => Promise<void>> => {
  const apiVersion = 'admissionregistration.k8s.io/v1'
  const metadata = { name: `refuse-${Date.now()}` }
  const rule = {
    apiGroups: ['odigos.io'],
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['instrumentationconfigs'],
  }
  const expression = `object.metadata.name != '${name}'`
  const policy = { matchConstraints: { resourceRules: [rule] }, validations: [{ expression, message: 'not today' }] }
  const binding = { policyName: metadata.name, validationActions: ['Deny'] }
  await client.request('POST', POLICIES, { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec: policy })
  const bindings = POLICIES.replace('policies', 'policybindings')
  await client.request('POST', bindings, {
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata,
    spec: binding,
  })
  const object = {
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'InstrumentationConfig',
    metadata: { name, namespace: 'quiet' },
    spec: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' }, containers: [] },
  }
  await eventuallyPasses(async () => {
    const tried = client.request(
      'POST',
      '/apis/odigos.io/v1alpha1/namespaces/quiet/instrumentationconfigs?dryRun=All',
      object,
    )
    await assert.rejects(tried, /not today/)
  }, 20_000)
  return async () => {
    await client.request('DELETE', `${bindings}/${metadata.name}`)
    await client.request('DELETE', `${POLICIES}/${metadata.name}`)
  }
}

/** The pod of a node collector. */
const createNodeCollector = async (client: KubeClient): Promise<void> => {
  const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: NODE_COLLECTOR_NAME, uid: 'd', controller: true }
  const metadata = { name: `${NODE_COLLECTOR_NAME}-1`, namespace: SYSTEM, ownerReferences: [owner] }
  const spec = { nodeName: 'node-1', containers: [{ name: 'collector', image: 'collector' }] }
  await client.create(RESOURCES.pods, { apiVersion: 'v1', kind: 'Pod', metadata, spec }, { fieldManager: 'test' })
  const container = {
    name: 'collector',
    image: 'c',
    imageID: 'c',
    ready: true,
    restartCount: 0,
    state: { running: {} },
  }
  await client.mergePatch(
    { type: RESOURCES.pods, namespace: SYSTEM, name: metadata.name },
    { status: { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }], containerStatuses: [container] } },
    { fieldManager: 'kubelet', subresource: 'status' },
  )
}

/** Starts the API server and installs our kinds; `start` starts the instrumentor. */
export const startInstrumentorScene = async () => {
  const server = await startBareApiServer()
  const credentials = await credentialsFrom(server.kubeconfig())
  const client = createKubeClient({ credentials })
  const proxy = await startFaultProxy(credentials)
  const ended = new AbortController()
  let isWebhookHeld = false
  proxy.fault = ({ path, method }) =>
    isWebhookHeld && method === 'PATCH' && path.includes('mutatingwebhookconfigurations') ? { answer: 503 } : undefined

  const createNamespace = (name: string): Promise<unknown> =>
    client.create(
      RESOURCES.namespaces,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      { fieldManager: 'test' },
    )
  const apply = (type: ResourceType, kind: string, name: string, spec: object): Promise<unknown> =>
    client.apply(type, { apiVersion: 'odigos.io/v1alpha1', kind, metadata: { name, namespace: SYSTEM }, spec }, USER)

  await createCrds(client)
  for (const name of [SYSTEM, 'shop', 'quiet', 'auto']) await createNamespace(name)
  const labels = { 'odigos.io/component': 'webhook' }
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'odigos-webhook-tls', namespace: SYSTEM, labels },
  }
  await client.create(RESOURCES.secrets, secret, { fieldManager: 'chart' })
  const configuration = { apiVersion: '', kind: '', metadata: { name: 'odigos-webhook', labels } }
  await client.create(RESOURCES.mutatingWebhookConfigurations, configuration, { fieldManager: 'chart' })
  await eventuallyPasses(
    () =>
      apply(RESOURCES.odigosConfigs, 'OdigosConfig', 'odigos', {
        rollout: { rollbackAfterSeconds: 1 },
      }) as Promise<void>,
    20_000,
  )

  const detectors = createDetectorReports(client, ended.signal)
  const { createPod, settleDeployment, deploy } = createFakeWorkloads(client)
  /** The annotations that the webhook would write to a new pod. */
  const injection = async (namespace: string, name: string): Promise<Record<string, string>> => {
    const ref = { type: RESOURCES.instrumentationConfigs, namespace, name: `deployment-${name}` }
    const config = (await client.get<KubeObject>(ref)) as unknown as InstrumentationConfig
    const found = await client.get<KubeObject>({ type: RESOURCES.odigosConfigs, namespace: SYSTEM, name: 'odigos' })
    const containers = config.spec.containers.map(({ name: container, agent }) => [
      container,
      { agent, reason: 'Injected' },
    ])
    return {
      'odigos.io/injection': JSON.stringify(Object.fromEntries(containers)),
      'odigos.io/injection-hash': injectionHash(config.spec, effectiveConfig(found?.['spec']), images),
    }
  }
  const replacePods = async (namespace: string, name: string, desired: NewPods): Promise<void> => {
    const before = await listObjects<KubeObject>(client, RESOURCES.pods, { namespace, labelSelector: `app=${name}` })
    const annotations = desired.injected ? await injection(namespace, name) : {}
    await createPod({ name, namespace }, { ...desired, annotations })
    for (const { metadata } of before) await client.delete({ type: RESOURCES.pods, namespace, name: metadata.name })
    await settleDeployment({ name, namespace })
  }
  const label = (namespace: string, value: string): Promise<unknown> =>
    client.mergePatch(
      { type: RESOURCES.namespaces, name: namespace },
      { metadata: { labels: { 'odigos-instrumentation': value } } },
      USER,
    )

  await createNodeCollector(client)
  /** Namespaces whose pods send nothing. */
  const silent = new Set<string>()
  /** What the node collector counts: a span of each pod with an agent. */
  const pull = async (): Promise<Sample[]> => {
    const pods = await listObjects<KubeObject>(client, RESOURCES.pods)
    return pods
      .filter(({ metadata }) => metadata.annotations?.['odigos.io/injection'] && !silent.has(metadata.namespace ?? ''))
      .map(({ metadata: { namespace = '', name: pod } }) => ({
        name: SEEN_METRICS.traces,
        labels: { namespace, pod },
        value: 1,
      }))
  }

  const writes = (): SeenRequest[] => proxy.requests.filter(({ method }) => method !== 'GET')

  let stop = (): Promise<void> => Promise.resolve()
  const start = (): Promise<void> => {
    const term = new AbortController()
    const running = runInstrumentor({
      client: createKubeClient({ credentials: proxy.credentials, signal: term.signal }),
      config: loadConfig('instrumentor', {}),
      log: createLog('test', 'fatal'),
      metrics: createMetrics(),
      health: {
        addReadiness: () => undefined,
        addLiveness: () => undefined,
        addReport: () => undefined,
        addService: () => undefined,
      },
      signal: term.signal,
      pull,
      intervalMs: 300,
    })
    stop = async () => {
      term.abort()
      await running.catch(() => undefined)
    }
    return Promise.resolve()
  }

  return {
    client,
    apply,
    deploy,
    label,
    /** While silent, nothing arrives from the pods of a namespace. */
    silence: (namespace: string, isSilent: boolean) =>
      void (isSilent ? silent.add(namespace) : silent.delete(namespace)),
    replacePods,
    refuseConfig: (name: string) => refuseConfig(client, name),
    start,
    stop: () => stop(),
    /** Requests of the instrumentor. */
    requests: (): SeenRequest[] => proxy.requests,
    forgetRequests: () => void proxy.requests.splice(0),
    /** Waits until the instrumentor has written nothing for a while. */
    settled: (): Promise<void> =>
      eventuallyPasses(async () => {
        const before = writes().length
        await sleep(QUIET_MS)
        assert.equal(writes().length, before)
      }, SETTLE_LIMIT_MS),
    detectors,
    /** While held, the webhook configuration cannot be written. */
    holdWebhook: (value: boolean) => void (isWebhookHeld = value),
    /** In place of the scheduler. */
    assignPipeline: async (namespace: string): Promise<void> => {
      const endpoint = 'http://odigos-node-collector.odigos-system.svc:4318'
      const pipeline = { collectorsGroup: 'odigos-node-collector', endpoint, signals: ['traces'] }
      const type = RESOURCES.instrumentationConfigs
      for (const { metadata } of await listObjects<KubeObject>(client, type, { namespace }))
        await client.mergePatch(
          { type, namespace, name: metadata.name },
          { spec: { pipeline } },
          { fieldManager: 'scheduler' },
        )
    },
    setImage: (namespace: string, name: string, image: string): Promise<unknown> =>
      client.mergePatch(
        { type: RESOURCES.deployments, namespace, name },
        { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } },
        USER,
      ),
    annotate: (namespace: string, name: string, annotations: Record<string, string | null>): Promise<unknown> =>
      client.mergePatch({ type: RESOURCES.deployments, namespace, name }, { metadata: { annotations } }, USER),
    deployMany: async (count: { namespaces: number; workloads: number }): Promise<void> => {
      const namespaces = Array.from({ length: count.namespaces }, (_, i) => `many-${i}`)
      await inBatches(namespaces, createNamespace)
      const workloads = namespaces.flatMap((namespace) =>
        Array.from({ length: count.workloads }, (_, i) => ({ name: `w-${i}`, namespace })),
      )
      await inBatches(workloads, deploy)
    },
    labelMany: (namespaces: number): Promise<void> =>
      inBatches(
        Array.from({ length: namespaces }, (_, i) => `many-${i}`),
        (namespace) => label(namespace, 'enabled'),
      ),
    end: async (): Promise<void> => {
      await stop()
      ended.abort()
      await proxy[Symbol.asyncDispose]()
      await server.stop()
    },
  }
}
export type InstrumentorScene = Awaited<ReturnType<typeof startInstrumentorScene>>
