/**
 * Real pods through a real API server that calls the webhook over HTTPS. The same pod goes to a namespace without the
 * webhook: what the API server says about both is compared (validity, Pod Security warnings, QoS class), and the injected
 * pod is admitted once more. Nothing is stored (`dryRun`).
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'undici'
import type { Pod } from '../../src/api/kubernetes.ts'
import { effectiveConfig } from '../../src/api/kinds/odigos-config.ts'
import type { Agent as AgentName } from '../../src/api/vocabulary.ts'
import { AGENTS } from '../../src/api/vocabulary.ts'
import { createMetrics } from '../../src/process/metrics.ts'
import { createAdmission } from '../../src/webhook/admission.ts'
import { createReviewMetrics } from '../../src/webhook/review-metrics.ts'
import type { WebhookServer } from '../../src/webhook/server.ts'
import { createApp, createWebhookServer, REVIEW_PATH } from '../../src/webhook/server.ts'
import type { BareApiServer } from '../support/bare-api-server.ts'
import { startBareApiServer } from '../support/bare-api-server.ts'
import { contextFor } from '../support/injection-context.ts'
import { realPods } from '../support/real-pods.ts'
import { authority, testCertificate } from '../support/test-certificate.ts'

const AGENT_ANNOTATION = 'test/agent'
const DELIVERY_ANNOTATION = 'test/delivery'
const TOGETHER = 6

interface Answer {
  status: number
  body: Pod & { message?: string }
  warnings: string[]
}

const createCaller = (server: BareApiServer) => {
  const { clusters, users } = JSON.parse(readFileSync(server.kubeconfig(), 'utf8')) as {
    clusters: { cluster: { server: string } }[]
    users: { user: { token: string } }[]
  }
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false }, connections: TOGETHER })
  const call = async (path: string, object: object): Promise<Answer> => {
    const { statusCode, headers, body } = await request(`${clusters[0]?.cluster.server}${path}`, {
      dispatcher,
      method: 'POST',
      headers: { authorization: `Bearer ${users[0]?.user.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(object),
    })
    const warnings = [headers['warning'] ?? []].flat()
    return { status: statusCode, body: (await body.json()) as Answer['body'], warnings }
  }
  return { call, close: () => dispatcher.close() }
}

/** A webhook in this process; annotations of the pod choose the agent and the delivery. */
const startWebhook = async (): Promise<{ server: WebhookServer; port: number; failures: string[] }> => {
  const failures: string[] = []
  const log = { debug: () => undefined, warn: (_fields: unknown, message: string) => failures.push(message) }
  const admission = createAdmission({
    findContext: (_namespace, value) => {
      const pod = value as Pod
      const annotations = pod.metadata?.annotations ?? {}
      const agentDelivery = annotations[DELIVERY_ANNOTATION]
      return contextFor(pod, annotations[AGENT_ANNOTATION] as AgentName, {
        settings: effectiveConfig({ ignoredContainers: [], agentDelivery }),
      })
    },
    metrics: createReviewMetrics(createMetrics()),
    log: log as never,
  })
  const limits = { maxBytes: 4_000_000, maxBytesTogether: 12_000_000, timeoutMs: 5_000 }
  const server = createWebhookServer(createApp(admission, limits), testCertificate(0x20))
  return { server, port: await server.listen(0), failures }
}

const namespace = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pod-security.kubernetes.io/warn': 'restricted' } },
})

const webhookConfiguration = (port: number): object => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'tested' },
  webhooks: [
    {
      name: 'pods.tested.odigos.io',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      reinvocationPolicy: 'IfNeeded',
      timeoutSeconds: 10,
      clientConfig: {
        url: `https://localhost:${port}${REVIEW_PATH}`,
        caBundle: Buffer.from(authority).toString('base64'),
      },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'injected' } },
    },
  ],
})

/** Runs `work` for each item, some at a time. */
const forEachTogether = async <Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> => {
  const queue = [...items]
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: TOGETHER }, worker))
}

const { source, pods } = realPods()

describe(`a real API server, with the webhook, and ${source}`, function () {
  this.timeout(600_000)
  let server: BareApiServer
  let webhook: Awaited<ReturnType<typeof startWebhook>>
  let caller: ReturnType<typeof createCaller>

  before(async () => {
    webhook = await startWebhook()
    server = await startBareApiServer()
    caller = createCaller(server)
    for (const name of ['plain', 'injected']) await caller.call('/api/v1/namespaces', namespace(name))
    const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'
    assert.equal((await caller.call(path, webhookConfiguration(webhook.port))).status, 201)
    await becomesActive()
  })
  after(async () => {
    await caller.close()
    await server.stop()
    await webhook.server.close(100)
  })

  const create = (where: 'plain' | 'injected', pod: Pod): Promise<Answer> =>
    caller.call(`/api/v1/namespaces/${where}/pods?dryRun=All`, pod)

  const podOf = (template: Pod, agent: AgentName, delivery: string): Pod => ({
    ...template,
    metadata: {
      ...template.metadata,
      generateName: 'real-',
      annotations: { ...template.metadata?.annotations, [AGENT_ANNOTATION]: agent, [DELIVERY_ANNOTATION]: delivery },
    },
  })

  /** The API server reads webhook configurations a moment after they were written. */
  const becomesActive = async (): Promise<void> => {
    const pod = podOf({ spec: { containers: [{ name: 'app', image: 'app' }] } }, 'nodejs', 'init-container')
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await create('injected', pod)).body.spec?.initContainers?.length) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('the webhook is not called')
  }

  const compare = async (id: string, pod: Pod, agent: AgentName): Promise<'refused' | 'injected' | 'other'> => {
    const plain = await create('plain', pod)
    if (plain.status !== 201) return 'refused'
    const injected = await create('injected', pod)
    const about = `${id} with ${agent}`
    assert.equal(injected.status, 201, `${about}: ${injected.body.message}`)
    assert.equal(injected.body.status?.['qosClass'], plain.body.status?.['qosClass'], `${about}: QoS class`)
    if (agent !== 'go-ebpf') assert.deepEqual(injected.warnings, plain.warnings, `${about}: warnings`)
    const { metadata, spec } = injected.body
    const again = await create('injected', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'real-', labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {} },
      spec,
    })
    assert.deepEqual(again.body.spec, spec, `${about}: a second admission`)
    return (metadata?.annotations?.['odigos.io/injection'] ?? '').includes('Injected') ? 'injected' : 'other'
  }

  for (const delivery of ['init-container', 'image-volume']) {
    it(`every pod is as valid, as secure and of the same QoS class as before: ${delivery}`, async () => {
      const outcomes = { refused: 0, injected: 0, other: 0 }
      const numbered = pods.map((each, index) => ({ ...each, agent: AGENTS[index % AGENTS.length] ?? 'nodejs' }))
      await forEachTogether(numbered, async ({ id, pod, agent }) => {
        outcomes[await compare(id, podOf(pod, agent, delivery), agent)] += 1
      })
      assert.deepEqual(webhook.failures, [])
      assert.ok(outcomes.injected > pods.length / 2, JSON.stringify(outcomes))
      if (process.env['VERBOSE']) console.log(delivery, outcomes)
    })
  }
})
