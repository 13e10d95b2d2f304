/** The webhook's certificate: renewed while pods are created, and by one of two candidates only. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { connect } from 'node:tls'
import type { KubeObject, Pod } from '../../src/api/kubernetes.ts'
import { isSignedBy, serviceNames } from '../../src/certs/certificates.ts'
import { createCertificates } from '../../src/controllers/certificates/controller.ts'
import { runParts } from '../../src/controllers/run-controller.ts'
import { RECREATE_AFTER_MS } from '../../src/controllers/certificates/reconcile.ts'
import { issue } from '../../src/controllers/certificates/issue.ts'
import type { CertificateSecret } from '../../src/controllers/certificates/reconcile.ts'
import { KubeError } from '../../src/kube/http/error.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { KubeClient } from '../../src/kube/types.ts'
import { createLog } from '../../src/process/log.ts'
import { createMetrics } from '../../src/process/metrics.ts'
import type { AdmissionScene } from '../support/admission/admission-scene.ts'
import { isReviewed, ownedBy, startAdmissionScene } from '../support/admission/admission-scene.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'

const DAY_MS = 86_400_000
const SYSTEM = 'odigos-system'
const NAME = 'odigos-webhook-tls'
const CONFIGURATION = 'odigos-candidates'
const LABELS = { 'odigos.io/component': 'webhook' }
const LOG = createLog('test', 'fatal')
const OPTIONS = {
  log: LOG,
  metrics: createMetrics(),
  record: () => undefined,
  nowMs: Date.now,
  webhook: {
    configurationName: CONFIGURATION,
    serviceName: 'odigos-webhook',
    systemNamespace: SYSTEM,
    timeoutSeconds: 3,
  },
  secretName: NAME,
  namespaces: () => ['unused'],
  onServed: () => undefined,
}
const FORBIDDEN = new KubeError('forbidden', { status: 403, reason: 'Forbidden' })
const pod: Pod = ownedBy({ spec: { containers: [{ name: 'main', image: 'shop/main:1' }] } }, 'cart')

/** PEM of the certificate that a port serves to a new connection. */
const servedAt = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: 'localhost', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? '')
      socket.destroy()
    }).on('error', reject)
  })

const fingerprint = (secret: CertificateSecret): string => new X509Certificate(secret['tls.crt'] ?? '').fingerprint

describe('certificates of the webhook', function () {
  this.timeout(120_000)
  let scene: AdmissionScene

  before(async () => {
    scene = await startAdmissionScene(['shop'], [SYSTEM])
    await scene.instrument('shop', [pod], 'nodejs')
  })
  after(async () => scene?.[Symbol.asyncDispose]())

  it('are replaced, with their authority, while pods are created: each pod is injected', async () => {
    let isOver = false
    let count = 0
    const missed: unknown[] = []
    const flow = async (): Promise<void> => {
      while (!isOver) {
        const { status, body } = await scene.tryPod('shop', pod)
        count += 1
        if (status !== 201 || !isReviewed(body)) missed.push(body['message'] ?? 'left alone')
      }
    }
    const flows = [flow(), flow(), flow()]
    try {
      const next = await issue('issue-authority', scene.secret, ['localhost'], Date.now())
      await scene.register(next)
      assert.equal(new X509Certificate(await servedAt(scene.webhook.port)).fingerprint, fingerprint(scene.secret))
      await scene.webhook.install(next)
      await eventuallyPasses(async () => {
        assert.equal(new X509Certificate(await servedAt(scene.webhook.port)).fingerprint, fingerprint(next))
      }, 30_000)
      // The API server opens new connections for a new bundle; this one trusts the new authority alone.
      const { 'old-ca.crt': _old, ...alone } = next
      await scene.register(alone)
      const from = count
      await eventuallyPasses(() => assert.ok(count > from + 20), 60_000)
    } finally {
      isOver = true
      await Promise.all(flows)
    }
    console.log(`      ${count} pods while certificates were replaced`)
    assert.deepEqual(missed, [])
    assert.equal((await scene.webhook.reviews()).failed, 0)
  })

  const stored = async (): Promise<CertificateSecret> => {
    const found = await scene.client.get<KubeObject>({ type: RESOURCES.secrets, namespace: SYSTEM, name: NAME })
    const data = Object.entries((found?.['data'] ?? {}) as Record<string, string>)
    return Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]))
  }

  const store = async (secret: CertificateSecret): Promise<void> => {
    await scene.client.delete({ type: RESOURCES.secrets, namespace: SYSTEM, name: NAME })
    const metadata = { name: NAME, namespace: SYSTEM, labels: LABELS }
    const object = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: secret }
    await scene.client.create(RESOURCES.secrets, object, { fieldManager: 'test' })
    const configuration = { apiVersion: '', kind: '', metadata: { name: CONFIGURATION, labels: LABELS } }
    await scene.client.apply(RESOURCES.mutatingWebhookConfigurations, configuration, { fieldManager: 'chart' })
  }

  /** Two candidates that both read the Secret before either writes it; answers what they wrote. */
  const race = async (): Promise<{ refused: number; bundles: string[] }> => {
    const ended = new AbortController()
    const seen = { refused: 0, bundles: [] as string[] }
    const bothRead = Promise.withResolvers<void>()
    let reads = 0
    const client: KubeClient = {
      ...scene.client,
      mergePatch: async (ref, patch, options) => {
        reads += 1
        if (reads === 2) bothRead.resolve()
        await bothRead.promise
        return scene.client.mergePatch(ref, patch, options).catch((error: unknown) => {
          seen.refused += 1
          throw error
        }) as never
      },
      apply: async (type, object, options) => {
        const webhooks = object['webhooks'] as { clientConfig: { caBundle: string } }[]
        seen.bundles.push(...webhooks.map((each) => Buffer.from(each.clientConfig.caBundle, 'base64').toString()))
        return scene.client.apply(type, object, options)
      },
    }
    const served: number[] = []
    const candidates = [0, 1].map((candidate) =>
      createCertificates({ ...OPTIONS, client, signal: ended.signal, onServed: () => served.push(candidate) }),
    )
    const running = Promise.all(candidates.map((parts) => runParts(parts, { log: LOG, signal: ended.signal })))
    try {
      await eventuallyPasses(() => assert.deepEqual(new Set(served), new Set([0, 1])), 20_000)
    } finally {
      ended.abort()
      await running
    }
    return seen
  }

  const assertOne = async ({ refused, bundles }: Awaited<ReturnType<typeof race>>): Promise<CertificateSecret> => {
    const secret = await stored()
    assert.equal(refused, 1, 'writes that the API server refused')
    assert.ok(isSignedBy(secret['tls.crt'] ?? '', secret['ca.crt'] ?? ''))
    assert.ok(new X509Certificate(secret['tls.crt'] ?? '').checkHost(`odigos-webhook.${SYSTEM}.svc`))
    for (const bundle of bundles)
      assert.ok(bundle.startsWith(secret['ca.crt'] ?? '-'), 'an authority that is not stored')
    const object = await scene.client.get<KubeObject>({
      type: RESOURCES.mutatingWebhookConfigurations,
      name: CONFIGURATION,
    })
    assert.ok(object)
    const [webhook] = object['webhooks'] as { clientConfig: { caBundle: string } }[]
    const bundle = Buffer.from(webhook?.clientConfig.caBundle ?? '', 'base64').toString()
    assert.equal(bundle, `${secret['ca.crt']}${secret['old-ca.crt'] ?? ''}`)
    return secret
  }

  it('get one authority from two candidates that fill the empty Secret at once', async () => {
    await store({})
    await assertOne(await race())
  })

  const names = serviceNames('odigos-webhook', SYSTEM)

  it('are written neither into a Secret nor into a webhook configuration of somebody else', async () => {
    const secrets = { type: RESOURCES.secrets, namespace: SYSTEM, name: NAME }
    const configurations = { type: RESOURCES.mutatingWebhookConfigurations, name: CONFIGURATION }
    const read = () => Promise.all([secrets, configurations].map((ref) => scene.client.get<KubeObject>(ref)))
    for (const foreign of [secrets, configurations]) {
      await store({})
      await scene.client.mergePatch(foreign, { metadata: { labels: null } }, { fieldManager: 'test' })
      const before = await read()
      const ended = new AbortController()
      const parts = createCertificates({ ...OPTIONS, client: scene.client, signal: ended.signal })
      const running = runParts(parts, { log: LOG, signal: ended.signal })
      await parts.tried
      ended.abort()
      await running
      assert.deepEqual(await read(), before)
    }
  })

  it('are trusted again after the webhook configuration was deleted, or while the settings are unknown', async () => {
    await store({})
    const ref = { type: RESOURCES.mutatingWebhookConfigurations, name: CONFIGURATION }
    const ended = new AbortController()
    const [known, isDenied] = [{ namespaces: ['shop'] as string[] | undefined }, { value: false }]
    const client: KubeClient = {
      ...scene.client,
      apply: (type, object, options) =>
        isDenied.value ? Promise.reject(FORBIDDEN) : scene.client.apply(type, object, options),
    }
    const clock = { ms: Date.now() }
    const options = {
      ...OPTIONS,
      client,
      signal: ended.signal,
      namespaces: () => known.namespaces,
      nowMs: () => clock.ms,
    }
    const parts = createCertificates(options)
    try {
      await parts.reconcile('webhook')
      assert.equal(parts.isServed('shop'), true)
      isDenied.value = true
      await scene.client.delete(ref)
      assert.deepEqual(await parts.reconcile('webhook'), { againMs: RECREATE_AFTER_MS })
      assert.equal(parts.isServed('shop'), false, 'while everything may be about to be uninstalled')
      clock.ms += RECREATE_AFTER_MS
      await parts.reconcile('webhook')
      assert.equal(parts.isServed('shop'), false, 'while it cannot be created')
      isDenied.value = false
      clock.ms += 60_000
      await eventuallyPasses(async () => {
        await parts.reconcile('webhook')
        assert.equal(parts.isServed('shop'), true)
      }, 10_000)
      assert.deepEqual((await scene.client.get<KubeObject>(ref))?.metadata.labels, LABELS)
      known.namespaces = undefined
      await parts.reconcile('webhook')
      assert.equal(parts.isServed('shop'), true, 'while the settings are unknown')
    } finally {
      ended.abort()
    }
  })

  it('keep the authority when two candidates renew the serving certificate at once', async () => {
    const old = await issue('issue-authority', {}, names, Date.now())
    const ending = await issue('issue-serving', old, names, Date.now() - 80 * DAY_MS)
    await store(ending)
    const secret = await assertOne(await race())
    assert.equal(secret['ca.crt'], old['ca.crt'])
    assert.notEqual(secret['tls.crt'], ending['tls.crt'])
  })

  it('trust the authority before it, when two candidates renew an authority at once', async () => {
    const ending = await issue('issue-authority', {}, names, Date.now() - 3600 * DAY_MS)
    await store(ending)
    const secret = await assertOne(await race())
    assert.notEqual(secret['ca.crt'], ending['ca.crt'])
    assert.equal(secret['old-ca.crt'], ending['ca.crt'])
  })
})
