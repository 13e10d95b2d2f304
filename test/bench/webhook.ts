/**
 * Benchmark of the webhook: the bundled process with the chart's flags, against an API server in memory with 5,000
 * InstrumentationConfigs, over HTTPS on loopback; and the same load on an Express handler that only parses and answers.
 *
 *   npm run bench:webhook            SECONDS=3 for each measurement
 */
import type { ChildProcess } from 'node:child_process'
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Plugin } from 'esbuild'
import { build } from 'esbuild'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { reviewFor } from '../support/admission/admission-review.ts'
import type { FakeApiServer } from '../support/api-server/fake-api-server.ts'
import { CRD_COLLECTION, establishedCrds } from '../support/api-server/established-crds.ts'
import { startFakeApiServer } from '../support/api-server/fake-api-server.ts'
import { configFor } from '../support/injection/injection-context.ts'
import { authority, testCertificate, writeCertificate } from '../support/admission/test-certificate.ts'
import type { Orders, Result } from './load.ts'
import { podOfSize } from './pods.ts'
import { processCost } from './process-cost.ts'
import { freePort } from '../support/api-server/free-port.ts'

const SECONDS = Number(process.env['SECONDS'] ?? 3)
const CONFIGS = 5_000
/** As the chart starts the webhook. */
const FLAGS = ['--max-old-space-size=64', '--max-semi-space-size=4']
const ENVIRONMENT = { NODE_ENV: 'production', MALLOC_ARENA_MAX: '1' }
const SIZES = { '10 KB': 10_000, '60 KB': 60_000 }
const CONNECTIONS = [1, 16, 64]
const FLOOD_BYTES = 6.5 * 2 ** 20

const NOT_SUPPORTED = { agent: undefined, reason: 'NotSupported' } as const

const folder = mkdtempSync(join(tmpdir(), 'odigos-bench-'))
const children: ChildProcess[] = []

const seed = ({ store }: FakeApiServer): void => {
  for (const crd of establishedCrds()) store.create({ collection: CRD_COLLECTION }, crd)
  const objects: [collection: string, object: KubeObject][] = Array.from({ length: CONFIGS }, (_, index) => {
    const name = `app-${index}`
    const spec = configFor(podOfSize(name, 1_000), 'nodejs', { image: `registry.test/${name}:1` })
    // As in most pods, one of the containers is an application.
    spec.containers = spec.containers.map((each) => (each.name === 'app' ? each : { ...each, ...NOT_SUPPORTED }))
    const object: KubeObject = {
      apiVersion: 'odigos.io/v1alpha1',
      kind: 'InstrumentationConfig',
      metadata: { name: `deployment-${name}`, namespace: 'shop', labels: { 'app.kubernetes.io/managed-by': 'odigos' } },
      spec: { ...spec, workload: { apiVersion: 'apps/v1', kind: 'Deployment', name } },
    }
    return ['apis/odigos.io/v1alpha1/instrumentationconfigs', object]
  })
  for (const [collection, object] of objects) store.create({ collection, namespace: 'shop' }, object)
}

const listens = async (port: number): Promise<void> => {
  for (let tries = 0; tries < 300; tries += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, 'localhost')
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (isOpen) return
    await sleep(100)
  }
  throw new Error(`nothing listens on ${port}`)
}

const startServer = async (file: string, env: Record<string, string>): Promise<{ pid: number; port: number }> => {
  const port = await freePort()
  const child = spawn(process.execPath, [...FLAGS, file], {
    env: { ...ENVIRONMENT, TLS_DIR: folder, PORT: String(port), LOG_LEVEL: 'error', ...env },
    stdio: 'inherit',
  })
  children.push(child)
  await listens(port)
  return { pid: child.pid ?? 0, port }
}

/** Takes the place of src/kube/http/credentials.ts: nobody in particular, at an API server that a variable names. */
const ANONYMOUS = `
const access = { server: process.env.API_URL, headers: {}, tls: {} }
export const defaultCredentials = () => async () => access
export const kubeConfigCredentials = defaultCredentials
`

const anonymous: Plugin = {
  name: 'anonymous',
  setup: (builder) => {
    builder.onLoad({ filter: /kube\/http\/credentials\.ts$/ }, () => ({ contents: ANONYMOUS, loader: 'js' }))
  },
}

/** Bundles a program as the images have it. */
const bundle = async (file: string, name: string): Promise<string> => {
  const outfile = join(folder, `${name}.mjs`)
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    plugins: [anonymous],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  })
  return outfile
}

const startWebhook = async (api: FakeApiServer): Promise<{ pid: number; port: number }> => {
  const file = await bundle(join(import.meta.dirname, '../../src/webhook/main.ts'), 'webhook')
  const metricsPort = await freePort()
  const server = await startServer(file, { API_URL: api.url, METRICS_PORT: String(metricsPort) })
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await fetch(`http://localhost:${metricsPort}/readyz`)).ok) return server
    await sleep(100)
  }
  throw new Error('the webhook did not get ready')
}

const startFloor = async (): Promise<{ pid: number; port: number }> =>
  startServer(await bundle(join(import.meta.dirname, 'floor.ts'), 'floor'), {})

const load = async (generator: ChildProcess, orders: Orders): Promise<Result> => {
  generator.send(orders)
  const [result] = (await once(generator, 'message')) as [Result]
  return result
}

interface Case {
  what: string
  size: keyof typeof SIZES
  connections: number
  server: { pid: number; port: number }
  bodyFile: string
}

const measure = async (generator: ChildProcess, { server, bodyFile, connections }: Case) => {
  const orders = { port: server.port, caFile: join(folder, 'ca.crt'), bodyFile, connections }
  await load(generator, { ...orders, seconds: 1 })
  const before = processCost(server.pid)
  const result = await load(generator, { ...orders, seconds: SECONDS })
  const after = processCost(server.pid)
  return {
    ...result,
    perSecond: result.requests / result.seconds,
    cpuMs: (after.cpuMs - before.cpuMs) / result.requests,
    rssMiB: after.rssMiB,
    peakMiB: after.peakMiB,
    patchBytes: Buffer.from(/"patch":"([^"]+)"/.exec(result.sample)?.[1] ?? '', 'base64').length,
  }
}

const COLUMNS = ['case', 'pod', 'conn', 'p50 ms', 'p99 ms', 'req/s', 'CPU ms', '× floor', 'RSS MiB', 'peak', 'patch B']
const print = (cells: string[]): void =>
  console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(8))).join(' '))

const reviewFile = (name: string, workload: string, bytes: number): string => {
  const path = join(folder, name)
  writeFileSync(path, reviewFor(podOfSize(workload, bytes)))
  return path
}

type Server = Case['server']

/** The three cases with one size of pod and one number of connections. */
const measureAll = async (
  generator: ChildProcess,
  { floor, webhook }: { floor: Server; webhook: Server },
  size: keyof typeof SIZES,
  connections: number,
): Promise<void> => {
  const cases = [
    { what: 'floor', server: floor, bodyFile: reviewFile('floor.json', 'app-7', SIZES[size]) },
    { what: 'not injected', server: webhook, bodyFile: reviewFile('other.json', 'unknown', SIZES[size]) },
    { what: 'injected', server: webhook, bodyFile: reviewFile('injected.json', 'app-7', SIZES[size]) },
  ]
  let floorCpuMs = 0
  for (const each of cases) {
    const result = await measure(generator, { ...each, size, connections })
    floorCpuMs ||= result.cpuMs
    const { p50Ms, p99Ms, perSecond, cpuMs, rssMiB, peakMiB, patchBytes } = result
    const times = [
      p50Ms.toFixed(2),
      p99Ms.toFixed(2),
      perSecond.toFixed(0),
      cpuMs.toFixed(3),
      (cpuMs / floorCpuMs).toFixed(2),
    ]
    print([each.what, size, String(connections), ...times, rssMiB.toFixed(0), peakMiB.toFixed(0), String(patchBytes)])
  }
}

/** Many reviews that are larger than any that the API server sends, at once. */
const flood = async (generator: ChildProcess, webhook: Server): Promise<void> => {
  const bodyFile = reviewFile('large.json', 'app-7', FLOOD_BYTES)
  const orders = { port: webhook.port, caFile: join(folder, 'ca.crt'), bodyFile, connections: 64, seconds: 0 }
  const { requests, seconds } = await load(generator, orders)
  const { peakMiB } = processCost(webhook.pid)
  console.log(
    `${requests} reviews of 6.5 MiB at once: answered in ${seconds.toFixed(1)} s, peak ${peakMiB.toFixed(0)} MiB`,
  )
}

const main = async (): Promise<void> => {
  writeCertificate(folder, await testCertificate())
  writeFileSync(join(folder, 'ca.crt'), authority)
  await using api = await startFakeApiServer()
  seed(api)
  const servers = { floor: await startFloor(), webhook: await startWebhook(api) }
  const generator = fork(join(import.meta.dirname, 'load.ts'))
  children.push(generator)
  const atRest = processCost(servers.webhook.pid).rssMiB.toFixed(0)
  console.log(`webhook with ${CONFIGS} InstrumentationConfigs in memory, at rest: ${atRest} MiB`)
  print(COLUMNS)
  for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
    for (const connections of CONNECTIONS) await measureAll(generator, servers, size, connections)
  }
  await flood(generator, servers.webhook)
}

try {
  await main()
} finally {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
}
