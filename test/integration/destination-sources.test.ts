/** Sources of a Destination, with a real API server: what it stores of them, what is told of them, and what gateways get. */
import assert from 'node:assert/strict'
import { isInvalid } from '../../src/kube/http/error.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import { listObjects } from '../../src/kube/http/list-objects.ts'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import type { CollectorsScene } from '../support/collectors/collectors-scene.ts'
import {
  NAMESPACE,
  odigosObject,
  startCollectorsScene,
  workloadConfig,
} from '../support/collectors/collectors-scene.ts'

const BASE = { type: 'otlp', signals: ['traces'], fields: { endpoint: 'backend:4317' } }

describe('the sources of a Destination, with a real API server', function () {
  this.timeout(120_000)
  let scene: CollectorsScene
  let stop: () => Promise<void>

  const says = (expected: string, of = 'SourcesMatch'): Promise<void> =>
    eventuallyPasses(
      async () => assert.equal(await scene.condition(RESOURCES.destinations, 'backend', of), expected),
      20_000,
    )
  const patch = (spec: object): Promise<KubeObject> => scene.patch(RESOURCES.destinations, 'backend', { spec })
  /** The configuration of the gateways that is in use. */
  const configuration = async (): Promise<string> => {
    const { spec } = (await scene.read(RESOURCES.statefulSets, 'odigos-gateway')) as unknown as {
      spec: { template: { spec: { volumes: { configMap?: { name: string } }[] } } }
    }
    const names = spec.template.spec.volumes.flatMap(({ configMap }) => configMap?.name ?? [])
    const maps = await listObjects<KubeObject>(scene.client, RESOURCES.configMaps, { namespace: NAMESPACE })
    return maps
      .filter(({ metadata }) => names.includes(metadata.name))
      .map(({ data }) => JSON.stringify(data))
      .join('')
  }
  const gatewaysTake = (pattern: RegExp): Promise<void> =>
    eventuallyPasses(async () => assert.match(await configuration(), pattern), 20_000)
  const exporters = async (): Promise<string[]> => [
    ...new Set((await configuration()).match(/otlp_grpc\/backend-[0-9a-f]+/g)),
  ]

  before(async () => {
    scene = await startCollectorsScene()
    await scene.create(RESOURCES.instrumentationConfigs, workloadConfig('cart'))
    stop = scene.startControllers()
    await scene.create(
      RESOURCES.destinations,
      odigosObject('Destination', 'backend', { ...BASE, sources: { namespaces: ['shop'] } }),
    )
  })
  after(async () => {
    await stop?.()
    await scene?.stop()
  })

  const refused: [title: string, spec: object, message: RegExp][] = [
    ['wildcards', { sources: { namespaces: ['shop*'] } }, /wildcards are not supported/],
    ['an empty list', { sources: { excludedNamespaces: [] } }, /spec\.sources\.excludedNamespaces.*at least 1 items/],
    [
      'a kind that is no workload',
      { sources: { workloads: [{ namespace: 'shop', kind: 'Pod', name: 'cart' }] } },
      /spec\.sources\.workloads\[0\]\.kind: Unsupported value/,
    ],
    [
      'an operator without values',
      { sources: { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In' }] } } },
      /values are required with In and NotIn/,
    ],
    ['an unknown language', { sources: { languages: ['cobol'] } }, /spec\.sources\.languages\[0\]: Unsupported value/],
    [
      'no time at all',
      { retry: { maxElapsedSeconds: 0 } },
      /spec\.retry\.maxElapsedSeconds.*greater than or equal to 1/,
    ],
    ['an unknown compression', { compression: 'Snappy' }, /spec\.compression: Unsupported value/],
  ]
  for (const [title, spec, message] of refused)
    it(`are refused with ${title}`, () =>
      assert.rejects(
        scene.create(RESOURCES.destinations, odigosObject('Destination', 'wrong', { ...BASE, ...spec })),
        (error: Error) => isInvalid(error) && message.test(error.message),
      ))

  it('are told of, with the number of what they match, and reach the gateways', async () => {
    await says('True SourcesMatch: namespaces selected: 1')
    await says('True Valid: the configuration is valid', 'Accepted')
    await gatewaysTake(/routing\/traces-sources.*k8s\.namespace\.name[^=]*== [^ ]*shop/)
  })

  it('that match nothing are told of with a reason, until a label makes them match', async () => {
    const [before] = await exporters()
    assert.ok(before)
    await patch({ sources: { namespaces: null, namespaceSelector: { matchLabels: { team: 'a' } } } })
    await says(
      'False SourcesMatchNothing: spec.sources matches no namespace at present, so nothing is sent to the destination',
    )
    await gatewaysTake(/condition: \(false\) or/)
    await scene.client.mergePatch(
      { type: RESOURCES.namespaces, name: 'shop' },
      { metadata: { labels: { team: 'a' } } },
      { fieldManager: 'user' },
    )
    await says('True SourcesMatch: namespaces selected: 1')
    await gatewaysTake(/k8s\.namespace\.name[^=]*== [^ ]*shop/)
    // The queue is named after the exporter.
    assert.deepEqual(await exporters(), [before])
  })

  it('can name a workload that does not exist yet', async () => {
    const cart = { namespace: 'shop', kind: 'Deployment', name: 'cart' }
    await patch({ sources: { namespaceSelector: null, workloads: [{ ...cart, name: 'later' }] } })
    await says(
      'False SourcesMatchNothing: spec.sources matches no instrumented workload at present, so nothing is sent to the destination',
    )
    await scene.create(RESOURCES.instrumentationConfigs, workloadConfig('later'))
    await says('True SourcesMatch: workloads selected: 1')
  })

  it('are no longer told of when they are taken away', async () => {
    await patch({ sources: null })
    await says('none')
    await eventuallyPasses(async () => assert.doesNotMatch(await configuration(), /traces-sources/), 20_000)
    await scene.settled()
  })

  it('a setting that the type does not have is refused with a reason', async () => {
    await scene.create(
      RESOURCES.destinations,
      odigosObject('Destination', 'print', { type: 'debug', signals: ['traces'], compression: 'Gzip' }),
    )
    await eventuallyPasses(
      async () =>
        assert.equal(
          await scene.condition(RESOURCES.destinations, 'print', 'Accepted'),
          'False UnsupportedSetting: Debug has no setting for compression',
        ),
      20_000,
    )
  })
})
