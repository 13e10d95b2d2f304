import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessContext } from '../process/run-process.ts'
import { createWebhookServer } from './server.ts'
import { createCertificateFiles } from './tls.ts'

type App = Parameters<typeof createWebhookServer>[0]

/** After SIGTERM, requests still arrive until the Service's endpoints exclude this pod. */
const FAREWELL_MS = 3_000
const GRACE_MS = 5_000

/** Serves the app from the first valid certificate, with each later one, until the process is to end. */
export const serveUntilEnd = async (app: App, context: Omit<ProcessContext<'webhook'>, 'metrics'>): Promise<void> => {
  const { config, log, health, signal } = context
  const certificates = createCertificateFiles({
    folder: config.TLS_DIR,
    clientAuthorityFile: config.CLIENT_CA_FILE,
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
}
