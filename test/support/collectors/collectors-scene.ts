/** A bare API server with scheduler and autoscaler, as their processes run them and with the chart's permissions. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { toolPath } from '../../../deploy/toolchain/build.ts'
import type { Condition } from '../../../src/api/conditions.ts'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import type { CollectorSettings } from '../../../src/controllers/autoscaler/collectors/collector-settings.ts'
import type { AutoscalerOptions } from '../../../src/controllers/autoscaler/controller.ts'
import { createAutoscaler } from '../../../src/controllers/autoscaler/controller.ts'
import type { ControllerParts } from '../../../src/controllers/run-controller.ts'
import { runParts } from '../../../src/controllers/run-controller.ts'
import { createScheduler } from '../../../src/controllers/scheduler/controller.ts'
import { createEventRecorder } from '../../../src/kube/work/events.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient, ResourceType } from '../../../src/kube/types.ts'
import { createLog } from '../../../src/process/log.ts'
import { createMetrics } from '../../../src/process/metrics.ts'
import type { BareApiServer } from '../api-server/bare-api-server.ts'
import { startBareApiServer } from '../api-server/bare-api-server.ts'
import { clientFrom } from '../api-server/kubeconfig-client.ts'
import { createCrds } from '../api-server/our-crds.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { listObjects } from '../../../src/kube/http/list-objects.ts'
import { COLLECTOR_SETTINGS } from './settings.ts'
import { startTrialKubelet } from './trial-kubelet.ts'

export const NAMESPACE = 'odigos-system'
/** Objects that the autoscaler creates. */
export const CREATED = [
  'configMaps',
  'services',
  'daemonSets',
  'statefulSets',
  'horizontalPodAutoscalers',
  'podDisruptionBudgets',
] as const

/** Longer than a change takes to reach the controllers, also on a busy machine. */
const QUIET_MS = 1_500
const SETTLE_LIMIT_MS = 60_000

const root = join(import.meta.dirname, '../../..')
const run = promisify(execFile)
const accountOf = (process: string): string => `system:serviceaccount:${NAMESPACE}:odigos-${process}`

const USER = { fieldManager: 'user' }

export const odigosObject = (kind: string, name: string, spec: object, namespace = NAMESPACE): KubeObject => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind,
  metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'odigos' } },
  spec,
})

/** An InstrumentationConfig as the instrumentor would create it. */
export const workloadConfig = (name: string): KubeObject => {
  const workload = { apiVersion: 'apps/v1', kind: 'Deployment', name }
  return odigosObject('InstrumentationConfig', `deployment-${name}`, { workload, serviceName: name }, 'shop')
}

/** ServiceAccounts and permissions of both; their Deployments get no pods without controllers. */
const installRights = async (server: BareApiServer): Promise<void> => {
  const templates = ['autoscaler', 'scheduler'].flatMap((name) => ['-s', `templates/${name}.yaml`])
  const args = ['template', 'odigos', 'deploy/helm', '-n', NAMESPACE, '--set', 'image.registry=none', ...templates]
  const { stdout } = await run(toolPath('helm'), args, { cwd: root })
  const applied = run(toolPath('kubectl'), ['--kubeconfig', server.kubeconfig(), 'apply', '-f', '-'])
  applied.child.stdin?.end(stdout)
  await applied
}

const install = async (client: KubeClient): Promise<void> => {
  await createCrds(client)
  for (const name of [NAMESPACE, 'shop'])
    await client.create(RESOURCES.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, USER)
  await eventuallyPasses(async () => void (await listObjects(client, RESOURCES.destinations)), 20_000)
}

export const startCollectorsScene = async () => {
  const server = await startBareApiServer([accountOf('autoscaler'), accountOf('scheduler')])
  const client = await clientFrom(server.kubeconfig())
  await install(client)
  await installRights(server)
  const kubeletEnds = new AbortController()
  const trials = startTrialKubelet(client, NAMESPACE, kubeletEnds.signal)
  const log = createLog('test', 'silent')
  /** Writes of the controllers, so that tests can assert that there are none. */
  const writes: string[] = []
  const counting = (own: KubeClient): KubeClient => ({
    ...own,
    apply: (type, object, options) => {
      writes.push(`${options.subresource ?? 'apply'} ${type.kind} ${object.metadata.name}`)
      return own.apply(type, object, options)
    },
  })
  const autoscaler = counting(await clientFrom(server.kubeconfig(accountOf('autoscaler'))))
  const scheduler = counting(await clientFrom(server.kubeconfig(accountOf('scheduler'))))

  let services: ControllerParts['services'] = {}

  /** `settings` are the chart's values. Returns a function that stops both. */
  const startControllers = (
    settings: Partial<CollectorSettings> = {},
    delivery: AutoscalerOptions['delivery'] = {},
  ): (() => Promise<void>) => {
    const ended = new AbortController()
    const contextOf = (own: KubeClient) => ({
      client: own,
      log,
      metrics: createMetrics(),
      signal: ended.signal,
      namespace: NAMESPACE,
      record: createEventRecorder({ client: own, component: 'test', log }),
      nowMs: Date.now,
      retryMs: { min: 100, max: 1_000 },
    })
    const all = { ...COLLECTOR_SETTINGS, ...settings }
    const parts = createAutoscaler({ ...contextOf(autoscaler), settings: all, delivery })
    services = parts.services
    const running = Promise.all([
      runParts(createScheduler(contextOf(scheduler)), contextOf(scheduler)),
      runParts(parts, contextOf(autoscaler)),
    ])
    return async () => {
      ended.abort()
      await running.catch(() => undefined)
    }
  }

  const read = async (type: ResourceType, name: string, namespace = NAMESPACE): Promise<KubeObject> => {
    const found = await client.get<KubeObject>({ type, namespace, name })
    assert.ok(found, `${type.kind} ${name}`)
    return found
  }

  /** Waits until the controllers have written nothing for a while. */
  const settled = (): Promise<void> =>
    eventuallyPasses(async () => {
      const before = writes.length
      await sleep(QUIET_MS)
      assert.equal(writes.length, before)
    }, SETTLE_LIMIT_MS)

  return {
    client,
    writes,
    settled,
    startControllers,
    /** What the autoscaler that was started last answers to a request with that body. */
    ask: async (path: string, body: unknown) => {
      const service = services?.[path]
      assert.ok(service, path)
      return service(new URLSearchParams(), JSON.stringify(body))
    },
    trials,
    stop: async (): Promise<void> => {
      kubeletEnds.abort()
      await server.stop()
    },
    read,
    create: (type: ResourceType, object: KubeObject): Promise<KubeObject> => client.create(type, object, USER),
    addDestination: (name: string): Promise<KubeObject> => {
      const spec = { type: 'otlp', signals: ['traces'], fields: { endpoint: `${name}:4317` } }
      return client.create(RESOURCES.destinations, odigosObject('Destination', name, spec), USER)
    },
    patch: (type: ResourceType, name: string, patch: object, namespace = NAMESPACE): Promise<KubeObject> =>
      client.mergePatch({ type, namespace, name }, patch, USER),
    /** `True Deployed: message` of a condition, or `none`. */
    condition: async (type: ResourceType, name: string, of: string, namespace = NAMESPACE): Promise<string> => {
      const { status } = (await read(type, name, namespace)) as { status?: { conditions?: Condition[] } }
      const found = status?.conditions?.find((condition) => condition.type === of)
      return found ? `${found.status} ${found.reason}: ${found.message}` : 'none'
    },
    /** `Warning Reason` of each Event on an object. */
    events: async (name: string, namespace = NAMESPACE): Promise<string[]> => {
      const fieldSelector = `involvedObject.name=${name}`
      const events = await listObjects<KubeObject>(client, RESOURCES.events, { namespace, fieldSelector })
      return events.map((event) => `${String(event['type'])} ${String(event['reason'])}`)
    },
  }
}

export type CollectorsScene = Awaited<ReturnType<typeof startCollectorsScene>>
