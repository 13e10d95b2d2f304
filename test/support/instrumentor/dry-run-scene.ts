/** A bare API server with the chart's permissions, the real webhook, and the instrumentor under its own account. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolPath } from '../../../deploy/toolchain/build.ts'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { issue } from '../../../src/controllers/certificates/issue.ts'
import type { CertificateSecret } from '../../../src/controllers/certificates/reconcile.ts'
import { caBundle } from '../../../src/controllers/certificates/reconcile.ts'
import { runInstrumentor } from '../../../src/controllers/instrumentor/controller.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient } from '../../../src/kube/types.ts'
import { loadConfig } from '../../../src/process/config.ts'
import { createLog } from '../../../src/process/log.ts'
import { createMetrics } from '../../../src/process/metrics.ts'
import { startWebhookProcess } from '../admission/webhook-process.ts'
import { startBareApiServer } from '../api-server/bare-api-server.ts'
import { clientFrom } from '../api-server/kubeconfig-client.ts'
import { createCrds } from '../api-server/our-crds.ts'
import { createDetectorReports } from './fake-workloads.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../../..')
const SYSTEM = 'odigos-system'
const ACCOUNT = `system:serviceaccount:${SYSTEM}:odigos-instrumentor`
const BY_TEST = { fieldManager: 'test' }

/** What the chart makes of a cluster; only one with policies has the dry run. */
export const renderChart = async (hasPolicies: boolean, ...settings: string[]): Promise<string> => {
  const policies = ['--api-versions', 'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy']
  const values = ['image.registry=none', ...settings].flatMap((setting) => ['--set', setting])
  const args = ['template', 'odigos', 'deploy/helm', '-n', SYSTEM, ...values, ...(hasPolicies ? policies : [])]
  return (await run(toolPath('helm'), args, { cwd: ROOT })).stdout
}

/** The API server of the test calls the webhook by its URL, as there is no Service; the instrumentor sees what it wrote. */
const withWebhookAt = (client: KubeClient, url: string, secret: CertificateSecret): KubeClient => {
  let written: KubeObject | undefined
  const type = RESOURCES.mutatingWebhookConfigurations
  const clientConfig = { url, caBundle: Buffer.from(caBundle(secret)).toString('base64') }
  return {
    ...client,
    apply: async (kind, object, options) => {
      if (kind !== type) return client.apply(kind, object, options)
      const webhooks = (object['webhooks'] as object[]).map((each) => ({ ...each, clientConfig }))
      await client.apply(kind, { ...object, webhooks }, options)
      written = object
      return object
    },
    get: async (ref) => {
      const found = await client.get<KubeObject>(ref)
      return (ref.type === type && written && found ? { ...found, webhooks: written['webhooks'] } : found) as never
    },
  }
}

export const startDryRunScene = async () => {
  const server = await startBareApiServer([ACCOUNT])
  const ended = new AbortController()
  const stops: (() => Promise<void>)[] = [server.stop]
  const end = async (): Promise<void> => {
    ended.abort()
    for (const stop of stops.toReversed()) await stop()
  }
  try {
    const client = await clientFrom(server.kubeconfig())
    const account = await clientFrom(server.kubeconfig(ACCOUNT))
    const namespace = (name: string, labels: Record<string, string> = {}): Promise<unknown> => {
      const metadata = { name, labels: { 'odigos-instrumentation': 'enabled', ...labels } }
      return client.create(RESOURCES.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata }, BY_TEST)
    }
    await createCrds(client)
    await namespace(SYSTEM)
    const installed = run(toolPath('kubectl'), ['--kubeconfig', server.kubeconfig(), 'apply', '-f', '-'])
    installed.child.stdin?.end(await renderChart(true))
    await installed
    const secret = await issue('issue-authority', {}, ['localhost'], Date.now())
    const webhook = await startWebhookProcess(server.kubeconfig(), secret)
    stops.push(webhook.stop)
    createDetectorReports(client, ended.signal)
    const metrics = createMetrics()
    const running = runInstrumentor({
      client: withWebhookAt(account, webhook.url, secret),
      config: loadConfig('instrumentor', {
        DRY_RUN: 'true',
        IMAGE_REGISTRY: 'registry.test',
        IMAGE_TAG: '1.0',
        // More than the product's 3 s, because a busy machine must not fail a test.
        WEBHOOK_TIMEOUT_SECONDS: '15',
      }),
      log: createLog('test', 'fatal'),
      metrics,
      health: {
        addReadiness: () => undefined,
        addLiveness: () => undefined,
        addReport: () => undefined,
        addService: () => undefined,
      },
      signal: ended.signal,
      pull: () => Promise.resolve([]),
      intervalMs: 1_000,
    })
    stops.push(() => running.catch(() => undefined))
    return { client, account, namespace, webhook, metrics, end }
  } catch (error) {
    await end()
    throw error
  }
}
export type DryRunScene = Awaited<ReturnType<typeof startDryRunScene>>
