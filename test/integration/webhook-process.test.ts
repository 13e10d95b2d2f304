/** The webhook's process from start to end, against an API server in memory. */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { podOf, reviewFor } from '../support/admission/admission-review.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import { CRD_COLLECTION, establishedCrds } from '../support/api-server/established-crds.ts'
import type { FakeApiServer } from '../support/api-server/fake-api-server.ts'
import { startFakeApiServer } from '../support/api-server/fake-api-server.ts'
import { configFor } from '../support/injection/injection-context.ts'
import { authority, newFolder, testCertificate, writeCertificate } from '../support/admission/test-certificate.ts'
import { freePort } from '../support/api-server/free-port.ts'

const MAIN = join(import.meta.dirname, '../../src/webhook/main.ts')
const CONFIGS = { collection: 'apis/odigos.io/v1alpha1/instrumentationconfigs', namespace: 'shop' }

const configObject = (serviceName: string): KubeObject => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationConfig',
  metadata: { name: 'deployment-cart', namespace: 'shop', labels: { 'app.kubernetes.io/managed-by': 'odigos' } },
  spec: {
    ...configFor(podOf('cart'), 'nodejs'),
    workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
    serviceName,
  },
})

describe("the webhook's process", function () {
  this.timeout(120_000)
  let api: FakeApiServer
  let child: ChildProcess
  let port: number
  let metricsPort: number
  const folder = newFolder()
  const dispatcher = new Agent({ connect: { ca: authority, servername: 'localhost' } })

  before(async () => {
    api = await startFakeApiServer()
    api.store.create(
      { collection: 'api/v1/namespaces' },
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'shop', labels: {} },
      },
    )
    api.store.create(CONFIGS, configObject('first'))
    for (const crd of establishedCrds('0.1.0')) api.store.create({ collection: CRD_COLLECTION }, crd)
    const kubeconfig = join(folder, 'kubeconfig')
    const cluster = { server: api.url, 'insecure-skip-tls-verify': true }
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'test',
        clusters: [{ name: 'test', cluster }],
        users: [{ name: 'test', user: {} }],
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      }),
    )
    ;[port, metricsPort] = [await freePort(), await freePort()]
    child = spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        KUBECONFIG: kubeconfig,
        TLS_DIR: folder,
        PORT: String(port),
        METRICS_PORT: String(metricsPort),
        LOG_LEVEL: 'error',
      },
      stdio: 'inherit',
    })
  })
  after(async () => {
    child.kill('SIGKILL')
    await dispatcher.close()
    await api[Symbol.asyncDispose]()
  })

  const readiness = async (): Promise<string> => (await fetch(`http://localhost:${metricsPort}/readyz`)).text()

  const serviceName = async (): Promise<string | undefined> => {
    const { body } = await request(`https://localhost:${port}/mutate/pods?timeout=3s`, {
      dispatcher,
      method: 'POST',
      body: reviewFor(podOf('cart')),
    })
    const { response } = (await body.json()) as { response: { allowed: boolean; patch?: string } }
    assert.equal(response.allowed, true)
    const patch = Buffer.from(response.patch ?? '', 'base64').toString()
    return /"ODIGOS_OTEL_SERVICE_NAME","value":"([^"]+)"/.exec(patch)?.[1]
  }

  it('waits for the CustomResourceDefinitions of its release, and says so', async () => {
    await eventuallyPasses(
      async () =>
        assert.match(await readiness(), /crds: .* are of release 0\.1\.0; .*is odigos-instrumentor running\?/),
      60_000,
    )
    for (const crd of establishedCrds()) api.store.replace({ collection: CRD_COLLECTION, name: crd.metadata.name }, crd)
  })

  it('is not ready before there is a certificate, and ready soon after', async () => {
    await eventuallyPasses(async () => assert.equal(await readiness(), 'certificate: no certificate yet\n'), 60_000)
    writeCertificate(folder, await testCertificate())
    await eventuallyPasses(async () => assert.equal(await readiness(), 'ok\n'), 60_000)
  })

  it('answers from what the API server says, and follows its changes', async () => {
    assert.equal(await serviceName(), 'first')
    api.store.replace({ ...CONFIGS, name: 'deployment-cart' }, configObject('second'))
    await eventuallyPasses(async () => assert.equal(await serviceName(), 'second'))
  })

  it('shows its reviews as metrics', async () => {
    const text = await (await fetch(`http://localhost:${metricsPort}/metrics`)).text()
    assert.match(text, /odigos_webhook_reviews_total\{outcome="patched",reason="Injected"\} \d+/)
    assert.match(text, /odigos_webhook_review_duration_seconds_count \d+/)
  })

  it('after SIGTERM answers whoever still asks, then ends with 0', async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await eventuallyPasses(async () => assert.match(await readiness(), /shutdown: shutting down/))
    for (let asked = 0; asked < 10; asked += 1) assert.equal(await serviceName(), 'second')
    assert.deepEqual(await ended, [0, null])
  })
})
