/** Labels and annotations of pods and namespaces become resource attributes of what pods send, and of their logs, in a real node collector. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { InfrastructureScene } from '../../support/telemetry/infrastructure-scene.ts'
import { criLine, infrastructureScene } from '../../support/telemetry/infrastructure-scene.ts'
import { postOtlp, tracesOf } from '../../support/telemetry/otlp-json.ts'

const EXPECTED = {
  'k8s.pod.label.app.kubernetes.io/part-of': 'shop "$1"',
  'owner.team': 'payments',
  'k8s.pod.annotation.example.com/tier': 'gold',
  'k8s.namespace.annotation.cost': '7',
}

const ofMetadata = (resource: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => /\.(?:label|annotation)\.|^owner/.test(name)))

describe('labels and annotations in a real collector', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'odigos-metadata-'))
  let scene: InfrastructureScene

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    scene = await infrastructureScene({
      binary,
      folder,
      infrastructure: {
        settings: {
          enrichment: {
            enabled: true,
            labels: [
              { key: 'app.kubernetes.io/part-of' },
              { key: 'team', from: 'Namespace', attribute: 'owner.team' },
              { key: 'absent' },
            ],
            annotations: [{ key: 'example.com/tier' }, { key: 'cost', from: 'Namespace' }],
          },
          containerLogs: { enabled: true, select: 'Namespaces', namespaces: ['shop'] },
        },
      },
      namespaces: [{ name: 'shop', labels: { team: 'payments', other: 'x' }, annotations: { cost: '7' } }],
      pods: [
        {
          name: 'cart',
          labels: { 'app.kubernetes.io/part-of': 'shop "$1"', team: 'of-the-pod' },
          annotations: { 'example.com/tier': 'gold', cost: 'of-the-pod' },
        },
        { name: 'bare' },
      ],
    })
    await scene.node.start()
  })
  after(async () => {
    await scene?.stop()
    rmSync(folder, { recursive: true })
  })

  const sent = async (resource: Record<string, string>): Promise<Record<string, unknown>> => {
    const endpoint = `http://127.0.0.1:${scene.place.httpPort}`
    let found: Record<string, unknown> | undefined
    // The collector may receive before it knows pods and namespaces.
    await eventuallyPasses(async () => {
      await postOtlp(endpoint, 'traces', tracesOf(resource, [{}]))
      found = scene.received().spans.findLast((span) => span['case'] === resource['case'])
      assert.equal(found?.['owner.team'] !== undefined, true)
    }, 20_000)
    return found ?? {}
  }
  const pod = (name: string) => ({ 'k8s.namespace.name': 'shop', 'k8s.pod.name': name })

  it('are added to spans', async () => {
    assert.deepEqual(ofMetadata(await sent({ case: 'plain', ...pod('cart') })), EXPECTED)
  })
  it('are absent where the pod has none', async () => {
    assert.deepEqual(ofMetadata(await sent({ case: 'bare', ...pod('bare') })), {
      'owner.team': 'payments',
      'k8s.namespace.annotation.cost': '7',
    })
  })
  it('replace nothing', async () => {
    const resource = { case: 'own', ...pod('cart'), 'owner.team': 'mine' }
    assert.deepEqual(ofMetadata(await sent(resource)), { ...EXPECTED, 'owner.team': 'mine' })
  })
  it('are added to logs of containers', async () => {
    await sent({ case: 'known', ...pod('cart') })
    scene.write(scene.logPath('cart'), criLine('a line'))
    await eventuallyPasses(() => {
      const [record] = scene.received().logs
      assert.deepEqual(ofMetadata(record?.resource ?? {}), EXPECTED)
    }, 20_000)
  })
})
