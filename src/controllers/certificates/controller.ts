import { X509Certificate } from 'node:crypto'
import type { KubeObject } from '../../api/kubernetes.ts'
import { serviceNames } from '../../certs/certificates.ts'
import { createController } from '../../kube/work/controller.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient, ReconcileResult } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { Metrics } from '../../process/metrics.ts'
import { gauge } from '../../process/metrics.ts'
import { issue } from './issue.ts'
import type { CertificateSecret } from './reconcile.ts'
import { caBundle, certificateAction } from './reconcile.ts'
import type { WebhookSettings } from './webhook-configuration.ts'
import { isInPlace, webhookConfiguration } from './webhook-configuration.ts'

const MANAGER = 'odigos-certificates'
/** Certificates are looked at this often, and what others changed in the webhook configuration is put right. */
const AGAIN_MS = 60_000

export interface CertificatesOptions {
  client: KubeClient
  log: Log
  metrics: Metrics
  signal: AbortSignal
  webhook: WebhookSettings
  secretName: string
  /** Namespaces that hold an InstrumentationConfig. */
  namespaces: () => string[]
  /** Called when the API server was told to call the webhook for a namespace. */
  onServed: (namespace: string) => void
}

const decode = (object: KubeObject): CertificateSecret =>
  Object.fromEntries(
    Object.entries((object['data'] ?? {}) as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  )

/** A key that is left out of the new content is removed (merge patch: null). */
const encode = (secret: CertificateSecret): Record<string, string | null> => ({
  'old-ca.crt': null,
  ...Object.fromEntries(
    Object.entries(secret).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]),
  ),
})

/** Keeps the webhook's certificate and the webhook configuration: caBundle and namespaces. */
export const createCertificates = (options: CertificatesOptions) => {
  const { client, log, webhook } = options
  const names = serviceNames(webhook.serviceName, webhook.systemNamespace)
  const served = new Set<string>()
  const firstTry = Promise.withResolvers<void>()
  const expiry = gauge(options.metrics, {
    name: 'odigos_webhook_certificate_expiry_seconds',
    help: "Unix time at which the webhook's serving certificate ends.",
  })

  /** Reads the Secret and issues what is missing. Two writers meet at the resourceVersion: the later one fails. */
  const ensureSecret = async (): Promise<CertificateSecret> => {
    const ref = { type: RESOURCES.secrets, namespace: webhook.systemNamespace, name: options.secretName }
    const object = await client.get<KubeObject>(ref)
    if (!object) throw new Error(`the Secret ${options.secretName}, which the chart creates, is missing`)
    const secret = decode(object)
    const action = certificateAction(secret, names, Date.now())
    if (action === 'keep') return secret
    const next = await issue(action, secret, names, Date.now())
    const { resourceVersion } = object.metadata
    await client.mergePatch(ref, { metadata: { resourceVersion }, data: encode(next) }, { fieldManager: MANAGER })
    log.info({ action, names }, 'certificate issued')
    return next
  }

  const ensureConfiguration = async (secret: CertificateSecret): Promise<void> => {
    const namespaces = options.namespaces().toSorted()
    const object = webhookConfiguration(webhook, caBundle(secret), namespaces)
    const ref = { type: RESOURCES.mutatingWebhookConfigurations, name: webhook.configurationName }
    if (!isInPlace(await client.get<KubeObject>(ref), object)) {
      await client.apply(RESOURCES.mutatingWebhookConfigurations, object, { fieldManager: MANAGER })
      log.info({ namespaces }, 'webhook configuration written')
    }
    const added = namespaces.filter((namespace) => !served.has(namespace))
    served.clear()
    for (const namespace of namespaces) served.add(namespace)
    for (const namespace of added) options.onServed(namespace)
  }

  const controller = createController({
    name: 'certificates',
    log,
    metrics: options.metrics,
    concurrency: 1,
    signal: options.signal,
    reconcile: async (): Promise<ReconcileResult> => {
      try {
        const secret = await ensureSecret()
        expiry.set(Date.parse(new X509Certificate(secret['tls.crt'] ?? '').validTo) / 1000)
        await ensureConfiguration(secret)
        return { againMs: AGAIN_MS }
      } finally {
        firstTry.resolve()
      }
    },
  })

  return {
    /** Looks again, because an InstrumentationConfig came or went. */
    check: (): void => controller.add('webhook'),
    /** Settles when it was tried once, with or without success: before, `isServed` knows nothing. */
    tried: firstTry.promise,
    isServed: (namespace: string): boolean => served.has(namespace),
    run: (): Promise<void> => {
      controller.add('webhook')
      return controller.run()
    },
  }
}
