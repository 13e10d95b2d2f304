/** Faults planted along the way of real collectors are each named by a receipt, within 30 seconds. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { handsOn, isOfGateway } from '../../../src/controllers/autoscaler/delivery/collector-pod-view.ts'
import { handingOnCondition } from '../../../src/controllers/autoscaler/delivery/hand-on/hand-on.ts'
import { createHandOnRunner } from '../../../src/controllers/autoscaler/delivery/hand-on/runner.ts'
import { loadOf } from '../../../src/controllers/autoscaler/scaling/usage.ts'
import { pullSamples } from '../../../src/prometheus/pull.ts'
import { createLog } from '../../../src/process/log.ts'
import { createMetrics } from '../../../src/process/metrics.ts'
import type { Receipt } from '../../../src/api/reports/receipt.ts'
import { testCertificate } from '../../support/admission/test-certificate.ts'
import { freePort } from '../../support/api-server/free-port.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { ReceiptScene, ReceiptSceneOptions } from '../../support/telemetry/receipt-scene.ts'
import { startReceipts } from '../../support/telemetry/receipt-scene.ts'
import { mountSmallDisk } from '../../support/telemetry/small-disk.ts'
import type { SpanSender } from '../../support/telemetry/span-sender.ts'
import { startSpanSender } from '../../support/telemetry/span-sender.ts'

const WORKLOAD = { workload: { namespace: 'shop', kind: 'Deployment', name: 'cart' } }
const ALL = ['traces' as const, 'metrics' as const, 'logs' as const]

describe('delivery receipts of real collectors', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-receipt-'))
  const servers: Server[] = []
  let scene: ReceiptScene | undefined
  let scenes = 0

  const listen = async (server: Server, scheme = 'http'): Promise<string> => {
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  /** Answers with the status, or never. */
  const backend = (status: number | undefined, headers: Record<string, string> = {}): Promise<string> =>
    listen(
      createServer((request, response) => {
        request.resume().once('end', () => {
          if (status !== undefined) response.writeHead(status, headers).end()
        })
      }),
    )

  const start = async (options: Omit<ReceiptSceneOptions, 'binary' | 'folder'>): Promise<ReceiptScene> => {
    const binary = collectorBinary()
    if (!binary) throw new Error('the collector is missing')
    scenes += 1
    scene = await startReceipts({ binary, folder: join(folder, String(scenes)), ...options })
    return scene
  }
  const made = async (request: Parameters<ReceiptScene['receipt']>[0]): Promise<Receipt> => {
    assert.ok(scene)
    const receipt = await scene.receipt(request)
    assert.ok(receipt.durationMs < 30_000, `it took ${receipt.durationMs} ms`)
    return receipt
  }
  const lines = ({ paths }: Receipt): string[] => paths.map(({ line }) => line)
  const says = (receipt: Receipt, destination: string, pattern: RegExp): void => {
    const line = receipt.paths.find((path) => path.destination === destination)?.line ?? ''
    assert.match(line, pattern, lines(receipt).join('\n'))
  }

  before(function () {
    if (!collectorBinary()) this.skip()
  })
  afterEach(async () => {
    await scene?.stop()
    scene = undefined
  })
  after(async () => {
    for (const server of servers) server.closeAllConnections()
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    rmSync(folder, { recursive: true })
  })

  it('are delivered, of each signal, where all is well', async () => {
    await start({ specs: { backend: { signals: ALL, fields: { endpoint: await backend(200) } } } })
    const receipt = await made(WORKLOAD)
    assert.deepEqual(
      receipt.paths.map(({ signal, isDelivered }) => [signal, isDelivered]),
      ALL.map((signal) => [signal, true]),
      lines(receipt).join('\n'),
    )
    assert.deepEqual(
      receipt.paths[0]?.hops.map(({ hop, outcome }) => `${hop} ${outcome}`),
      ['NodeCollector Passed', 'Gateway Passed', 'Actions Passed', 'Queue Passed', 'Destination Passed'],
    )
    assert.deepEqual(receipt.warnings, [])
  })

  it('leave figures behind by which gateways can be scaled', async () => {
    const { pods } = await start({ specs: { backend: { fields: { endpoint: await backend(200) } } } })
    const address = pods.find(isOfGateway)?.address ?? ''
    const load = loadOf(await pullSamples(address, new AbortController().signal))
    assert.ok(load && load.cpuSeconds > 0 && load.cpuSeconds < 60, JSON.stringify(load))
    assert.ok(load.heapBytes > 2 ** 20 && load.heapBytes < 2 ** 30, JSON.stringify(load))
  })

  it('name what a backend answers, and what keeps data from reaching it', async () => {
    const secure = createTlsServer(await testCertificate(), (_request, response) => response.writeHead(200).end())
    const endpoints: Record<string, string> = {
      healthy: await backend(200),
      unauthorized: await backend(401),
      large: await backend(413),
      throttled: await backend(429, { 'retry-after': '1' }),
      unavailable: await backend(503),
      'no-path': await backend(404),
      refused: `http://127.0.0.1:${await freePort()}`,
      'no-name': 'http://no-such-host.invalid:4318',
      'wrong-authority': await listen(secure, 'https'),
      'no-tls': (await backend(200)).replace('http:', 'https:'),
      hanging: await backend(undefined),
    }
    const specs = Object.fromEntries(
      Object.entries(endpoints).map(([name, endpoint]) => [name, { fields: { endpoint } }]),
    )
    const grpc = { type: 'otlp', fields: { endpoint: (await backend(200)).replace('http://', '') } }
    await start({ specs: { ...specs, 'wrong-protocol': grpc } })
    const receipt = await made(WORKLOAD)
    says(receipt, 'healthy', /^traces → healthy: delivered after \d+\.\d s/)
    says(receipt, 'unauthorized', /stopped at Destination \(AllDataRejected\): .*HTTP 401 Unauthorized; /)
    says(receipt, 'large', /stopped at Destination \(AllDataRejected\): .*HTTP 413 Content Too Large/)
    says(receipt, 'no-path', /stopped at Destination \(AllDataRejected\): .*HTTP 404 Not Found/)
    says(receipt, 'throttled', /stopped at Destination \(Throttled\): .*HTTP 429 Too Many Requests/)
    says(receipt, 'unavailable', /stopped at Destination \(Unreachable\): .*HTTP 503 Service Unavailable/)
    says(receipt, 'refused', /stopped at Destination \(Unreachable\): .*connection refused/)
    says(receipt, 'no-name', /stopped at Destination \(Unreachable\): .*lookup no-such-host\.invalid.*no such host/)
    says(receipt, 'wrong-authority', /stopped at Destination \(Unreachable\): .*x509: /)
    says(receipt, 'no-tls', /stopped at Destination \(Unreachable\): .*server gave HTTP response to HTTPS client/)
    says(receipt, 'wrong-protocol', /stopped at Destination \(Unreachable\): .*gRPC Unavailable: /)
    says(receipt, 'hanging', /stopped at Destination \(Unreachable\): .*has not answered within 2\d seconds/)
    assert.match(lines(receipt).at(-1) ?? '', /^logs: stopped at Destination \(NoDestination\): /)
  })

  it('name the Secret and its keys where credentials are refused', async () => {
    const endpoint = await backend(401)
    await start({
      specs: { backend: { fields: { endpoint, secretHeader: 'authorization' }, secretRef: { name: 'token' } } },
    })
    says(
      await made({ destination: 'backend' }),
      'backend',
      /HTTP 401 Unauthorized; check key secretHeaderValue of Secret token$/,
    )
  })

  it('name the Action that drops everything, whichever it is', async () => {
    const endpoint = await backend(200)
    await start({
      specs: { backend: { signals: ALL, fields: { endpoint } } },
      actions: {
        nothing: { type: 'SampleTraces', sampleTraces: { ratio: 0 } },
        quiet: { type: 'DropTelemetry', signals: ['logs'], dropTelemetry: { belowSeverity: 'Fatal' } },
      },
    })
    const [traces, metrics, logs] = lines(await made(WORKLOAD))
    assert.match(
      traces ?? '',
      /^traces → backend: stopped at Actions \(DroppedByActions\): the Action nothing drops it$/,
    )
    assert.match(metrics ?? '', /^metrics → backend: delivered/)
    assert.match(logs ?? '', /^logs → backend: stopped at Actions \(DroppedByActions\): the Action quiet drops it$/)
  })

  it('pass a sampler that keeps one trace in a thousand', async () => {
    const endpoint = await backend(200)
    await start({
      specs: { backend: { fields: { endpoint } } },
      actions: { few: { type: 'SampleTraces', sampleTraces: { ratio: 0.001 } } },
    })
    says(await made({ destination: 'backend' }), 'backend', /delivered/)
  })

  it('tell that no gateway is reached, and that no node collector answers', async () => {
    const { gateway, node, client } = await start({ specs: { backend: { fields: { endpoint: await backend(200) } } } })
    await gateway.kill()
    says(
      await made({ destination: 'backend' }),
      'backend',
      /stopped at Gateway \(GatewayNotReached\): .*connection refused/,
    )
    // The same as the autoscaler sees it of all nodes, a minute later.
    let nowMs = Date.now()
    const handOn = createHandOnRunner({
      pods: () => (scene?.pods ?? []).filter(handsOn),
      client,
      log: createLog('test', 'silent'),
      metrics: createMetrics(),
      signal: new AbortController().signal,
      nowMs: () => nowMs,
      onNews: () => undefined,
    })
    await handOn.readAll()
    assert.deepEqual(handOn.view().stuck, [])
    nowMs += 61_000
    await handOn.readAll()
    const { status, reason, message } = handingOnCondition('odigos-node-collector', handOn.view())
    assert.equal(`${status} ${reason}`, 'False GatewayNotReached')
    assert.match(message, /^no gateway takes what waits in odigos-node-collector-x, since .*connection refused/)
    await node.kill()
    says(
      await made({ destination: 'backend' }),
      'backend',
      /stopped at NodeCollector \(NodeCollectorUnavailable\): odigos-node-collector-x does not accept it: .*ECONNREFUSED/,
    )
  })

  it('tell of a Destination that the gateways do not have', async () => {
    await start({
      specs: {
        other: { fields: { endpoint: await backend(200) } },
        backend: { fields: { endpoint: await backend(200) } },
      },
      refused: { backend: { reason: 'MissingSecret', message: 'Secret token does not exist' } },
    })
    says(
      await made({ destination: 'backend' }),
      'backend',
      /stopped at Destination \(MissingSecret\): the Destination is not accepted: Secret token does not exist/,
    )
  })

  it('tell of sources that do not select the workload, and pass them where they are about the Destination', async () => {
    const endpoint = await backend(200)
    const sources = { workloads: [{ namespace: 'shop', kind: 'Deployment' as const, name: 'cart' }] }
    await start({
      specs: {
        everything: { fields: { endpoint } },
        its: { fields: { endpoint }, sources },
        another: { fields: { endpoint }, sources: { ...sources, namespaces: ['other'] } },
      },
      // What tells sources apart is gone before the destinations.
      actions: {
        forget: { type: 'DeleteAttributes', signals: ['traces'], deleteAttributes: ['k8s.namespace.name'] },
      },
    })
    const receipt = await made(WORKLOAD)
    says(receipt, 'everything', /delivered/)
    says(receipt, 'its', /delivered/)
    says(
      receipt,
      'another',
      /stopped at Destination \(NotInSources\): spec\.sources of the Destination does not select/,
    )
    says(await made({ destination: 'another' }), 'another', /delivered/)
  })

  it('are delivered while others send all the time', async () => {
    const { endpoint } = await start({ specs: { backend: { fields: { endpoint: await backend(200) } } } })
    const sender = startSpanSender(endpoint, { intervalMs: 20 })
    try {
      await sleep(2_000)
      says(await made(WORKLOAD), 'backend', /delivered/)
    } finally {
      await sender.stop()
    }
  })

  it('tell of a queue without room, and of a volume that cannot be written', async function () {
    if (process.getuid?.() !== 0) return this.skip()
    const queueDirectory = join(folder, 'volume')
    const disk = mountSmallDisk(queueDirectory, 32)
    let sender: SpanSender | undefined
    try {
      const dead = { fields: { endpoint: `http://127.0.0.1:${await freePort()}` } }
      const { endpoint } = await start({ specs: { backend: dead }, diskBytes: 4 * 2 ** 20, queueDirectory })
      sender = startSpanSender(endpoint, { perRequest: 500, intervalMs: 20 })
      await sleep(3_000)
      await sender.stop()
      // There is still room for something as small as a probe.
      const nearly =
        /(Unreachable\).*connection refused; the queue is 9\d % full|QueueFull\): .*: sending queue is full)/
      says(await made({ destination: 'backend' }), 'backend', nearly)
      await scene?.stop()
      const { endpoint: again } = await start({ specs: { other: dead }, queueDirectory })
      disk.fill()
      sender = startSpanSender(again, { perRequest: 500, intervalMs: 20 })
      await sleep(2_000)
      const full =
        /stopped at Queue \(QueueFull\): the queue of odigos-gateway-0 does not take it: .*no space left on device/
      says(await made({ destination: 'other' }), 'other', full)
    } finally {
      await sender?.stop()
      await scene?.stop()
      disk.unmount()
    }
  })

  it('warn of a node whose clock is wrong', async () => {
    const { divert, endpoint } = await start({ specs: { backend: { fields: { endpoint: await backend(200) } } } })
    const ahead = await listen(
      createServer((request, response) => {
        const chunks: Buffer[] = []
        request.on('data', (chunk: Buffer) => chunks.push(chunk))
        request.once('end', () => {
          const headers = { 'content-type': request.headers['content-type'] ?? '' }
          void fetch(`${endpoint}${request.url}`, { method: 'POST', headers, body: Buffer.concat(chunks) }).then(
            ({ status }) =>
              response.writeHead(status, { date: new Date(Date.now() + 300_000).toUTCString() }).end('{}'),
          )
        })
      }),
    )
    divert(ahead.replace('http://', ''))
    const receipt = await made({ destination: 'backend' })
    says(receipt, 'backend', /delivered/)
    assert.match(receipt.warnings[0]?.message ?? '', /^the clock of node this-node is (29\d|30\d) seconds ahead of/)
  })
})
