/** The real webhook in a separate process, with certificate files that are replaced in the kubelet's way. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import type { CertificateSecret } from '../../../src/controllers/certificates/reconcile.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { freePort } from '../api-server/free-port.ts'

export interface WebhookProcess {
  /** URL that an API server can call. */
  url: string
  port: number
  /** Replaces the certificate's files. */
  install: (secret: CertificateSecret) => Promise<void>
  /** Reviews by outcome; `failed` counts pods that were admitted unchanged because of a failure. */
  reviews: () => Promise<{ patched: number; unchanged: number; failed: number }>
  /** Its log output, for messages. */
  output: () => string
  stop: () => Promise<void>
}

const MAIN = join(import.meta.dirname, '../../../src/webhook/main.ts')

/** A mounted Secret: files are links into a folder that a link is swapped to. */
const createMount = async (dir: string): Promise<WebhookProcess['install']> => {
  for (const name of ['tls.crt', 'tls.key']) await symlink(join('..data', name), join(dir, name))
  let version = 0
  return async (secret) => {
    version += 1
    await mkdir(join(dir, `..${version}`))
    for (const name of ['tls.crt', 'tls.key'] as const)
      await writeFile(join(dir, `..${version}`, name), secret[name] ?? '', { mode: 0o600 })
    await symlink(`..${version}`, join(dir, '..next'))
    await rename(join(dir, '..next'), join(dir, '..data'))
  }
}

const assertReady = async (url: string): Promise<void> => {
  const { statusCode, body } = await request(url)
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`not ready: ${text}`)
}

/** Starts it and waits until it is ready: caches filled, certificate in use. */
export const startWebhookProcess = async (kubeconfig: string, secret: CertificateSecret): Promise<WebhookProcess> => {
  const dir = await mkdtemp(join(tmpdir(), 'odigos-webhook-'))
  const install = await createMount(dir)
  await install(secret)
  const [port, metricsPort] = [await freePort(), await freePort()]
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
    TLS_DIR: dir,
    IMAGE_REGISTRY: 'registry.test',
    IMAGE_TAG: '1.0',
  }
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    }
    await rm(dir, { recursive: true, force: true })
  }
  const metrics = `http://127.0.0.1:${metricsPort}`
  try {
    await eventuallyPasses(() => assertReady(`${metrics}/readyz`), 90_000)
  } catch (error) {
    await stop()
    throw new Error(`the webhook did not become ready:\n${output}`, { cause: error })
  }
  const reviews = async (): ReturnType<WebhookProcess['reviews']> => {
    const text = await (await request(`${metrics}/metrics`)).body.text()
    const sum = (outcome: string): number =>
      [...text.matchAll(new RegExp(`^odigos_webhook_reviews_total\\{outcome="${outcome}".*\\} (\\d+)$`, 'gm'))].reduce(
        (total, [, count]) => total + Number(count),
        0,
      )
    return { patched: sum('patched'), unchanged: sum('unchanged'), failed: sum('failed') }
  }
  return { url: `https://localhost:${port}/mutate/pods`, port, install, reviews, output: () => output, stop }
}
