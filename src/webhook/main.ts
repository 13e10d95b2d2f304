import { agentImages } from '../inject/agents/images.ts'
import { awaitCrds, clientAfter } from '../kube/crds/await-crds.ts'
import { createKubeClient } from '../kube/http/client.ts'
import { reportInformers } from '../kube/watch/informer-metrics.ts'
import { runProcess } from '../process/run-process.ts'
import { createAdmission } from './admission.ts'
import { createCaches, createFindContext } from './cache.ts'
import { createReviewMetrics } from './review-metrics.ts'
import { serveUntilEnd } from './serve.ts'
import { createApp } from './server.ts'

const BODY_TIMEOUT_MS = 5_000

await runProcess('webhook', async (context) => {
  const { config, log, metrics, health, signal } = context
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

  const images = agentImages(config)
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

  await serveUntilEnd(app, context)
})
