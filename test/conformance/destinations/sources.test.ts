/** Destinations with sources receive what these select, each item exactly once, and others are not affected. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Signal } from '../../../src/api/vocabulary.ts'
import { SIGNALS } from '../../../src/api/vocabulary.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { SourcesDestination, SourcesScene, SourcesSceneOptions } from '../../support/telemetry/sources-scene.ts'
import { sendNumbered, startSources } from '../../support/telemetry/sources-scene.ts'
import type { TallySink } from '../../support/telemetry/tally-sink.ts'
import { startTallySink } from '../../support/telemetry/tally-sink.ts'

const CART = { namespace: 'shop', kind: 'Deployment', name: 'cart' }

/** All of them are in each request. */
const RESOURCES = {
  cart: { 'k8s.namespace.name': 'shop', 'k8s.deployment.name': 'cart', 'telemetry.sdk.language': 'java' },
  loadgen: { 'k8s.namespace.name': 'shop', 'k8s.deployment.name': 'loadgen', 'telemetry.sdk.language': 'python' },
  // Of another kind and in another namespace, with the same name.
  job: { 'k8s.namespace.name': 'shop', 'k8s.job.name': 'cart' },
  old: { 'k8s.namespace.name': 'legacy', 'k8s.deployment.name': 'cart', 'telemetry.sdk.language': 'java' },
  node: { 'k8s.node.name': 'shop' },
  number: { 'k8s.namespace.name': 7 },
  empty: { 'k8s.namespace.name': '' },
  /** Says itself that it is taken. */
  forged: { 'k8s.namespace.name': 'other', 'odigos.taken.shop': 'true', 'odigos.taken.java': 'true' },
  none: undefined,
}
type Name = keyof typeof RESOURCES
const NAMES = Object.keys(RESOURCES) as Name[]
const EVERYTHING: readonly Name[] = NAMES

const SHOP = { namespaces: ['shop'] }

/** What each destination takes. */
const TAKEN: Record<string, { signals: Signal[]; selected?: SourcesDestination['selected']; names: readonly Name[] }> =
  {
    all: { signals: [...SIGNALS], names: EVERYTHING },
    shop: { signals: ['traces', 'logs'], selected: SHOP, names: ['cart', 'loadgen', 'job'] },
    java: { signals: ['traces', 'metrics'], selected: { ...SHOP, languages: ['java'] }, names: ['cart'] },
    cart: { signals: ['metrics'], selected: { workloads: [CART] }, names: ['cart'] },
    rest: {
      signals: [...SIGNALS],
      selected: { excludedNamespaces: ['legacy', 'shop'] },
      names: ['number', 'empty', 'forged'],
    },
    nothing: { signals: [...SIGNALS], selected: { namespaces: [] }, names: [] },
  }

const numberOf = (signal: Signal, round: number, name: Name): number =>
  SIGNALS.indexOf(signal) * 100_000 + round * 100 + NAMES.indexOf(name)

const suite = (title: string, more: Pick<SourcesSceneOptions, 'actions'>): void => {
  describe(`destinations with sources${title}`, function () {
    this.timeout(60_000)
    const folder = mkdtempSync(join(tmpdir(), 'odigos-sources-'))
    const sinks: Record<string, TallySink> = {}
    const expected = new Map(Object.keys(TAKEN).map((name) => [name, new Set<number>()]))
    let scene: SourcesScene
    let rounds = 0

    const destinations = (changed: Partial<typeof TAKEN> = {}): SourcesDestination[] =>
      Object.entries({ ...TAKEN, ...changed }).map(([name, each]) => ({
        name,
        endpoint: sinks[name]?.endpoint ?? '',
        signals: each?.signals ?? [],
        ...(each?.selected ? { selected: each.selected } : {}),
      }))

    const expect = (signal: Signal, round: number, taken: typeof TAKEN): void => {
      const takers = Object.entries(taken).filter(([, { signals }]) => signals.includes(signal))
      for (const [name, { names }] of takers)
        for (const each of names) expected.get(name)?.add(numberOf(signal, round, each))
    }
    /** Sends some rounds, and remembers who is to receive what. */
    const send = async (endpoint: string, count: number, taken: typeof TAKEN = TAKEN): Promise<void> => {
      for (const round of Array.from({ length: count }, () => rounds++))
        for (const signal of SIGNALS) {
          const items = NAMES.map((name) => ({ sequence: numberOf(signal, round, name), resource: RESOURCES[name] }))
          await sendNumbered(endpoint, signal, items)
          expect(signal, round, taken)
        }
    }
    const arrived = (name: string): number[] => {
      const all = SIGNALS.flatMap((signal) =>
        Array.from({ length: rounds }, (_, round) => NAMES.map((each) => numberOf(signal, round, each))).flat(),
      )
      return all.filter((sequence) => sinks[name]?.tally.has(sequence))
    }
    const allIsRight = (): void => {
      for (const [name, sequences] of expected) {
        assert.deepEqual(
          arrived(name),
          [...sequences].toSorted((a, b) => a - b),
          name,
        )
        assert.equal(sinks[name]?.tally.total(), sequences.size, `${name}: nothing arrives twice`)
      }
    }

    before(async function () {
      const binary = collectorBinary()
      if (!binary) return this.skip()
      for (const name of Object.keys(TAKEN)) sinks[name] = await startTallySink()
      scene = await startSources({ binary, folder, destinations: destinations(), served: [CART], ...more })
    })
    after(async () => {
      await scene?.stop()
      await Promise.all(Object.values(sinks).map((sink) => sink.close()))
      rmSync(folder, { recursive: true })
    })

    it('receive exactly what they select, from a gateway', async () => {
      await send(scene.gateway, 5)
      await eventuallyPasses(allIsRight, 20_000)
    })

    it('and from collectors for one workload, which hand on what others send', async () => {
      await send(scene.dedicated, 5)
      await eventuallyPasses(allIsRight, 20_000)
    })

    it('receive what waited for them when their sources have changed, and then what these select', async () => {
      const { shop } = sinks
      assert.ok(shop)
      await shop.close()
      await send(scene.gateway, 3)
      // What waits for the decision about its trace is not in the queue of a destination yet.
      await eventuallyPasses(() => assert.equal(sinks['all']?.tally.total(), expected.get('all')?.size), 20_000)
      const changed = { ...TAKEN, shop: { ...TAKEN['shop'], selected: { namespaces: ['legacy'] }, names: ['old'] } }
      await scene.change(destinations(changed as typeof TAKEN))
      await send(scene.gateway, 3, changed as typeof TAKEN)
      sinks['shop'] = await startTallySink({ port: shop.port, tally: shop.tally })
      await eventuallyPasses(allIsRight, 30_000)
    })

    it('take everything again without sources', async () => {
      const { selected: _selected, ...open } = { ...TAKEN['shop'], names: EVERYTHING }
      const changed = { ...TAKEN, shop: open } as typeof TAKEN
      await scene.change(destinations(changed))
      await send(scene.gateway, 3, changed)
      await eventuallyPasses(allIsRight, 20_000)
    })
  })
}

suite('', {})

/** Where Actions change what tells sources apart, and decide about whole traces: those are kept, after a while. */
suite(' and Actions that delete what they select by', {
  actions: {
    forget: {
      spec: {
        type: 'DeleteAttributes',
        signals: ['traces', 'metrics'],
        deleteAttributes: ['k8s.namespace.name', 'k8s.deployment.name', 'telemetry.sdk.language'],
      },
    },
    whole: {
      spec: { type: 'TailSampleTraces', tailSampleTraces: { ratio: 1, errors: 'Keep', waitSeconds: 2 } },
      selected: SHOP,
    },
  },
})
