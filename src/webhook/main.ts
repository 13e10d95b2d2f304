import { setTimeout as sleep } from 'node:timers/promises'
import { agentImages } from '../inject/agents/images.ts'
import { awaitCrds, clientAfter } from '../kube/crds/await-crds.ts'
import { createKubeClient } from '../kube/http/client.ts'
import { reportInformers } from '../kube/watch/informer-metrics.ts'
import { runProcess } from '../process/run-process.ts'
import { createAdmission } from './admission.ts'
import { createCaches, createFindContext } from './cache.ts'
import { createReviewMetrics } from './review-metrics.ts'
import { createApp, createWebhookServer } from './server.ts'
import { createCertificateFiles } from './tls.ts'

/** After SIGTERM, requests still arrive until the Service's endpoints exclude this pod. */
const FAREWELL_MS = 3_000
const GRACE_MS = 5_000
const BODY_TIMEOUT_MS = 5_000

await runProcess('webhook', async ({ config, log, metrics, health, signal }) => {
  const client = createKubeClient({ signal })
  const crds = awaitCrds({ client, log, signal })
  health.addReadiness('crds', crds.problem)
  const watched = createCaches({
    // Until then the caches are not synced, so that every pod is admitted unchanged.
    client: clientAfter(client, crds.inPlace),
    systemNamespace: config.NAMESPACE,
    signal,
    onError: (error) => log.warn({ err: error }, 'watch failed, retrying'),
  })
  reportInformers({ ...watched.caches }, { health, metrics })

  const images = agentImages({ registry: config.IMAGE_REGISTRY, tag: config.IMAGE_TAG }, config.IMAGE_PULL_POLICY)
  const admission = createAdmission({
    findContext: createFindContext(watched, {
      images,
      systemNamespace: config.NAMESPACE,
      podSecurityDefault: config.POD_SECURITY_DEFAULT,
    }),
    metrics: createReviewMetrics(metrics),
    log,
  })
  const app = createApp(admission, {
    maxBytes: config.MAX_BODY_BYTES,
    maxBytesTogether: config.MAX_BODY_BYTES_TOGETHER,
    timeoutMs: BODY_TIMEOUT_MS,
  })

  const certificates = createCertificateFiles({
    folder: config.TLS_DIR,
    signal,
    onError: (error) => log.warn({ err: error }, 'the files contain no valid certificate'),
  })
  health.addReadiness('certificate', certificates.problem)
  const first = await certificates.first().catch(() => undefined)
  if (!first) return
  const server = createWebhookServer(app, first)
  const port = await server.listen(config.PORT)
  log.info({ port }, 'serving AdmissionReviews')
  await certificates.follow((certificate) => {
    server.use(certificate)
    log.info('certificate reloaded')
  })
  await sleep(FAREWELL_MS)
  await server.close(GRACE_MS)
})
