/** AddClusterInfo adds in a real collector what is absent, and replaces what is there only where it is told so. */
import assert from 'node:assert/strict'
import type { ActionScene } from '../../support/telemetry/record-scene.ts'
import { startActionScene } from '../../support/telemetry/record-scene.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'

type Values = Record<string, string | number>

const INFO = { clusterName: 'prod "1" ${env:HOME} $1', attributes: { 'cloud.region': 'eu', empty: '' } }
const ADDED = { 'k8s.cluster.name': INFO.clusterName, 'cloud.region': 'eu', empty: '' }

const CASES: Record<string, { before: Values; kept: Values; overwritten: Values }> = {
  nothing: { before: {}, kept: ADDED, overwritten: ADDED },
  'other attributes': {
    before: { 'service.name': 'cart' },
    kept: { 'service.name': 'cart', ...ADDED },
    overwritten: { 'service.name': 'cart', ...ADDED },
  },
  'another name': {
    before: { 'k8s.cluster.name': 'test' },
    kept: { ...ADDED, 'k8s.cluster.name': 'test' },
    overwritten: ADDED,
  },
  'an empty name, and a number': {
    before: { 'k8s.cluster.name': '', 'cloud.region': 7 },
    kept: { ...ADDED, 'k8s.cluster.name': '', 'cloud.region': '7' },
    overwritten: ADDED,
  },
}

describe('AddClusterInfo', function () {
  this.timeout(60_000)
  let scenes: Record<'kept' | 'overwritten', ActionScene>
  let selecting: ActionScene

  before(async function () {
    const binary = collectorBinary()
    if (!binary) return this.skip()
    const spec = (overwrite: object) => ({
      type: 'AddClusterInfo',
      signals: ['traces', 'logs'],
      addClusterInfo: { ...INFO, ...overwrite },
    })
    scenes = {
      kept: await startActionScene(binary, [spec({})]),
      overwritten: await startActionScene(binary, [spec({ overwrite: true })]),
    }
    selecting = await startActionScene(binary, [spec({ overwrite: true })], { namespaces: ['shop'] })
  })
  after(async () => {
    for (const scene of [...Object.values(scenes ?? {}), selecting]) await scene?.end()
  })

  for (const [name, expected] of Object.entries(CASES))
    for (const [scene, signal] of [
      ['kept', 'traces'],
      ['overwritten', 'traces'],
      ['kept', 'logs'],
      ['overwritten', 'logs'],
    ] as const)
      it(`of ${signal} with ${name}: ${scene}`, async () => {
        const [record] = await scenes[scene].pass(signal, [{ resource: expected.before, attributes: { a: 'b' } }])
        assert.deepEqual(record?.resource, expected[scene])
        assert.deepEqual(record?.attributes, { a: 'b' })
      })

  it('concerns only what is selected', async () => {
    const resource = { 'k8s.namespace.name': 'other', 'k8s.cluster.name': 'test' }
    const [record] = await selecting.pass('traces', [{ resource }])
    assert.deepEqual(record?.resource, resource)
  })
})
