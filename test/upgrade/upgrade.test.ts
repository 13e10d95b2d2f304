/**
 * `helm upgrade` from the release before, with the shop instrumented. scripts/test-upgrade.ts prepares the cluster and gives
 * kubeconfig, registry, the tag of this checkout, and the folder and tag of the checkout of the release before.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BACKEND_NAMESPACE } from '../../deploy/demo/backend.ts'
import type { backendDestination, backendManifests } from '../../deploy/demo/backend.ts'
import { eventually } from '../../tools/eventually.ts'
import { install } from '../../deploy/demo/install.ts'
import type { shopManifests } from '../../examples/shop/deploy.ts'
import { SHOP_SERVICES } from '../../examples/shop/deploy.ts'
import { crdName } from '../../src/api/crd.ts'
import { KINDS } from '../../src/api/kinds/index.ts'
import type { Condition } from '../../src/api/conditions.ts'
import type { KubeObject, Pod } from '../../src/api/kubernetes.ts'
import { RELEASE, SYSTEM_NAMESPACE, VERSION_ANNOTATION } from '../../src/api/names.ts'
import { images, kubectl, label, podsOf, restart } from '../support/cluster/demo.ts'
import type { NumberedRequests } from '../support/telemetry/numbered.ts'
import { createArrivals, missingOf, startRequests } from '../support/telemetry/numbered.ts'
import { startSpanSender } from '../support/telemetry/span-sender.ts'
import type { SpanSender } from '../support/telemetry/span-sender.ts'

const earlier = { dir: process.env['UPGRADE_FROM'] ?? '', tag: process.env['UPGRADE_FROM_TAG'] ?? '' }
const { registry, tag } = images
const collectorImage = `${registry}/collector:${earlier.tag}`

/** The release before as it was installed then, by its own code. */
const importBefore = async <T>(path: string): Promise<T> => (await import(join(earlier.dir, path))) as T

type WithStatus = KubeObject & {
  spec: { workload?: { name: string } }
  status?: { state?: string; conditions?: Condition[] }
}
const list = async <T = WithStatus>(resource: string, namespace?: string): Promise<T[]> =>
  (await kubectl.json<{ items: T[] }>(['get', resource, ...(namespace ? ['-n', namespace] : ['-A'])])).items

/** Full names of resources: short ones may be others in each release. */
const configs = async (): Promise<WithStatus[]> =>
  (await list('instrumentationconfigs.odigos.io', 'shop')).filter(({ spec }) =>
    SHOP_SERVICES.some((name) => name === spec.workload?.name),
  )
const conditionOf = ({ status }: WithStatus, type: string): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type)

const awaitCondition = (type: string): Promise<void> =>
  eventually(`${type} of every service of the shop`, 180, async () => {
    const found = await configs()
    return (
      found.length === SHOP_SERVICES.length && found.every((config) => conditionOf(config, type)?.status === 'True')
    )
  })

interface Life {
  pod: string
  uid: string
  restarts: string
}
const livesOf = async (namespace: string): Promise<Life[]> =>
  (await podsOf(namespace)).map((pod) => ({
    pod: pod.metadata.name,
    uid: pod.metadata.uid,
    restarts: JSON.stringify(
      [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].map((status) => [
        status.name,
        status.restartCount,
      ]),
    ),
  }))
const templatesOf = async (namespace: string): Promise<unknown[]> =>
  (await list<KubeObject>('deployments', namespace)).map(({ metadata, spec }) => [
    metadata.name,
    metadata.generation,
    (spec as { template: unknown }).template,
  ])

/** Looks at the states all the time: one that was wrong for a moment counts. */
const watchStates = () => {
  const seen = new Set<string>()
  let isOver = false
  const look = async (): Promise<void> => {
    for (const config of await configs()) {
      const restartRequired = conditionOf(config, 'RestartRequired')
      seen.add(`${config.spec.workload?.name} ${config.status?.state}`)
      if (restartRequired?.status === 'True') seen.add(`${config.spec.workload?.name} ${restartRequired.message}`)
    }
  }
  const run = async (): Promise<void> => {
    while (!isOver) {
      await look().catch(() => undefined) // an API server that is busy is asked again
      await sleep(500)
    }
  }
  const running = run()
  return {
    seen,
    stop: async (): Promise<void> => {
      isOver = true
      await running
    },
  }
}

const serviceAddress = (namespace: string, name: string): Promise<string> =>
  kubectl.run(['get', 'service', '-n', namespace, name, '-o', 'jsonpath={.spec.clusterIP}'])

/** SCOPE.md: SDKs have no receiver for some seconds. Of requests, there are five a second at most. */
const MAX_GAP = 30
const isOneGap = (numbers: readonly number[]): boolean => {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted.length <= MAX_GAP && sorted.every((number, index) => number === (sorted[0] ?? 0) + index)
}

describe('an upgrade from the release before', function () {
  this.timeout(900_000)
  let sender: SpanSender
  let requests: NumberedRequests
  let states: ReturnType<typeof watchStates>
  let arrivals: Awaited<ReturnType<typeof createArrivals>>
  let livesBefore: Life[]
  let templatesBefore: unknown[]
  let crdVersions: (string | undefined)[]

  const crds = async (): Promise<KubeObject[]> => {
    const found = await list<KubeObject>('customresourcedefinitions')
    return found.filter(({ metadata }) => metadata.name.endsWith('.odigos.io'))
  }

  before(async () => {
    const old = {
      ...(await importBefore<{ install: typeof install }>('deploy/demo/install.ts')),
      ...(await importBefore<{
        backendManifests: typeof backendManifests
        backendDestination: typeof backendDestination
      }>('deploy/demo/backend.ts')),
      ...(await importBefore<{ shopManifests: typeof shopManifests }>('examples/shop/deploy.ts')),
    }
    const image = (name: string): string => `${registry}/${name}:${earlier.tag}`
    await old.install(kubectl, { registry, tag: earlier.tag, collectorImage })
    await kubectl.apply(old.backendManifests({ collector: collectorImage, reader: image('control-plane') }))
    await kubectl.apply([old.backendDestination(SYSTEM_NAMESPACE)])
    await kubectl.apply(old.shopManifests({ registry, tag: earlier.tag }))
    for (const namespace of [BACKEND_NAMESPACE, 'shop', 'shop-load'])
      await kubectl.run(['rollout', 'status', 'deployment', '-n', namespace, '--timeout=300s'])
    await label('shop', 'enabled')
    await awaitCondition('RestartRequired')
    await restart('shop')
    await awaitCondition('Instrumented')
    crdVersions = (await crds()).map(({ metadata }) => metadata.annotations?.[VERSION_ANNOTATION])
    assert.deepEqual(new Set(crdVersions), new Set([undefined]), 'the release before wrote no version')

    arrivals = await createArrivals()
    sender = startSpanSender(`http://${await serviceAddress(SYSTEM_NAMESPACE, 'odigos-node-collector')}:4318`, {
      perRequest: 5,
      intervalMs: 50,
      isPatient: true,
    })
    requests = startRequests(`http://${await serviceAddress('shop', 'storefront')}:8080`)
    await eventually('numbered spans and requests arrive', 120, async () => {
      await arrivals.update()
      return arrivals.spans.size > 100 && arrivals.requests.size > 10
    })
    livesBefore = await livesOf('shop')
    templatesBefore = await templatesOf('shop')
    states = watchStates()
    // The collectors' image is a setting of the installation, not a part of a release, so it stays.
    await install(kubectl, { registry, tag, collectorImage })
    await eventually('every process is of this checkout', 300, async () => {
      const pods = await podsOf(SYSTEM_NAMESPACE)
      return pods.every(
        ({ spec, status }) =>
          spec.containers.every(({ image }) => image === collectorImage || image?.endsWith(`:${tag}`)) &&
          (status?.containerStatuses ?? []).every(({ ready }) => ready),
      )
    })
    // The controllers have looked at everything by then, several times.
    await sleep(45_000)
  })
  after(async () => {
    await states?.stop()
    await requests?.stop()
    await sender?.stop()
  })

  it('brings the CustomResourceDefinitions of this release', async () => {
    const found = new Map(
      (await crds()).map(({ metadata }) => [metadata.name, metadata.annotations?.[VERSION_ANNOTATION]]),
    )
    for (const name of KINDS.map(crdName)) assert.equal(found.get(name), RELEASE, name)
  })

  it('leaves every pod of the shop as it was', async () => {
    assert.deepEqual(await livesOf('shop'), livesBefore)
    assert.deepEqual(await templatesOf('shop'), templatesBefore, 'no workload was restarted')
  })

  it('asks for no restart, not for a moment', async () => {
    await states.stop()
    assert.deepEqual([...states.seen].toSorted(), SHOP_SERVICES.map((name) => `${name} Instrumented`).toSorted())
  })

  it('has all conditions as before, and says that agents of another release run', async () => {
    await awaitCondition('Instrumented')
    const messages = (await configs()).map((config) => conditionOf(config, 'RestartRequired')?.message ?? '')
    for (const message of messages) assert.match(message, /agents of another release/)
    for (const destination of await list('destinations.odigos.io'))
      assert.equal(conditionOf(destination, 'Accepted')?.status, 'True', destination.metadata.name)
    await eventually('all collectors are ready', 120, async () =>
      (await list('collectorsgroups.odigos.io')).every((group) => conditionOf(group, 'Ready')?.status === 'True'),
    )
  })

  it('loses no telemetry but what applications drop while the collector of their node is replaced', async () => {
    await requests.stop()
    await sender.stop()
    let spans: number[] = []
    let served: number[] = []
    await eventually('every span and every request arrives', 180, async () => {
      await arrivals.update()
      spans = missingOf(sender.accepted, arrivals.spans)
      served = missingOf(requests.answered, arrivals.requests)
      return spans.length === 0 && isOneGap(served)
    }).catch((error: unknown) => {
      const what = `${spans.length} of ${sender.accepted.size} spans (${spans.slice(0, 20)}), ${served.length} of ${requests.answered.size} requests (${served.slice(0, 20)})`
      throw new Error(`missing: ${what}`, { cause: error })
    })
    assert.equal(Math.max(...sender.accepted) + 1, sender.accepted.size, 'none was given up')
    console.log(
      `      ${served.length} of ${requests.answered.size} requests have no span, ${sender.accepted.size} spans arrived`,
    )
  })

  it('gives the agents of this release to pods that are created now', async () => {
    await kubectl.run(['rollout', 'restart', 'deployment/cart', '-n', 'shop'])
    await kubectl.run(['rollout', 'status', 'deployment/cart', '-n', 'shop', '--timeout=240s'])
    await eventually('cart has the agent of this release', 60, async () => {
      const pods: Pod[] = await podsOf('shop', 'app.kubernetes.io/name=cart')
      return pods.every(({ spec }) => JSON.stringify(spec).includes(`${registry}/agent-python:${tag}`))
    })
    await awaitCondition('Instrumented')
  })
})
