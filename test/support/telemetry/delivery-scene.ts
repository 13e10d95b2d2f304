/** A real gateway on loopback, read as the autoscaler reads those of a cluster: metrics by HTTP, and the log by a client. */
import { mkdirSync } from 'node:fs'
import type { Destination, DestinationSpec } from '../../../src/api/kinds/destination.ts'
import { destinationSpec } from '../../../src/api/kinds/destination.ts'
import type { Condition } from '../../../src/api/conditions.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import type { CollectorPodView } from '../../../src/controllers/autoscaler/delivery/collector-pod-view.ts'
import { deliveringOf } from '../../../src/controllers/autoscaler/delivery/flow/delivering.ts'
import type { FlowTiming } from '../../../src/controllers/autoscaler/delivery/flow/timing.ts'
import { createDeliveryRunner } from '../../../src/controllers/autoscaler/delivery/runner.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { createLog } from '../../../src/process/log.ts'
import { createMetrics } from '../../../src/process/metrics.ts'
import { collectorProcess, loopbackPlace } from './collector-process.ts'
import { logsByPod } from './pod-logs.ts'

export interface DeliverySceneOptions {
  binary: string
  folder: string
  /** Bytes of the volume with the queues. */
  diskBytes: number
  /** Over a Destination of type otlphttp for traces. */
  specs: Readonly<Record<string, Partial<DestinationSpec>>>
  timing: FlowTiming
  env?: Record<string, string>
}

/** Fields and the Secret's keys, as a cluster would have them. */
const rendered = (name: string, spec: Partial<DestinationSpec>) => {
  const whole = destinationSpec.parse({ type: 'otlphttp', signals: ['traces'], ...spec })
  const destination = {
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'Destination',
    metadata: { name, namespace: 'odigos-system', uid: name, generation: 1 },
    spec: whole,
  } as Destination
  return { destination, rendered: renderDestination({ name, uid: name, spec: whole }, []) }
}

export const startDelivery = async ({ binary, folder, diskBytes, specs, timing, env = {} }: DeliverySceneOptions) => {
  mkdirSync(folder, { recursive: true })
  const place = await loopbackPlace(folder)
  const all = Object.entries(specs).map(([name, spec]) => rendered(name, spec))
  const config = gatewayConfig({
    group: { resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } } },
    destinations: all.map((each) => each.rendered),
    actions: [],
    disk: { bytes: diskBytes, fsync: false },
    place,
  })
  const gateway = collectorProcess({ binary, config, place, folder, env: { GOMEMLIMIT: '300MiB', ...env } })
  await gateway.start()
  const ended = new AbortController()
  const pod: CollectorPodView = {
    metadata: { namespace: 'odigos-system', name: 'odigos-gateway-0', uid: 'gateway' },
    group: 'odigos-gateway',
    address: `127.0.0.1:${place.metricsPort}`,
    damaged: [],
  }
  const runner = createDeliveryRunner({
    pods: () => [pod],
    client: { request: logsByPod({ [pod.metadata.name]: folder }) },
    log: createLog('test', 'silent'),
    metrics: createMetrics(),
    signal: ended.signal,
    nowMs: Date.now,
    onNews: () => undefined,
    intervalMs: 500,
    timing,
  })
  const running = runner.run()

  return {
    /** OTLP over HTTP of the gateway. */
    endpoint: `http://127.0.0.1:${place.httpPort}`,
    gateway,
    /** What the condition and the figures of a Destination would be that has none yet. */
    delivering: (name: string) => {
      const found = all.find(({ destination }) => destination.metadata.name === name)
      const delivering = found && deliveringOf(found.destination, found.rendered, runner.flow())
      const { status, reason, message } = (delivering?.condition ?? {}) as Partial<Condition>
      return { text: `${status} ${reason}: ${message}`, reason, figures: delivering?.delivery?.signals[0] }
    },
    stop: async (): Promise<void> => {
      ended.abort()
      await running
      await gateway.kill()
    },
  }
}
export type DeliveryScene = Awaited<ReturnType<typeof startDelivery>>
