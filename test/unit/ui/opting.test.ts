import assert from 'node:assert/strict'
import { isNamespaceWanted, namespaceChoice, workloadChoice } from '../../../ui/model/opting.ts'
import type { Choice, ClusterView, NamespaceView, StatusView, WorkloadView } from '../../../src/view/view.ts'

type Mode = StatusView['mode']

const namespace = (choice: Choice, ignored = false): NamespaceView => ({ name: 'shop', choice, ignored })

describe('the effect of a switch', () => {
  const wanted: [mode: Mode, given: NamespaceView | undefined, isWanted: boolean][] = [
    ['OptIn', undefined, false],
    ['OptOut', undefined, true],
    ['OptIn', namespace('inherit'), false],
    ['OptOut', namespace('inherit'), true],
    ['OptIn', namespace('enabled'), true],
    ['OptOut', namespace('disabled'), false],
    ['OptOut', namespace('inherit', true), false],
    ['OptIn', namespace('enabled', true), false],
    ['OptOut', { ...namespace('inherit'), name: 'istio-system' }, false],
    ['OptOut', { ...namespace('enabled'), name: 'istio-system' }, true],
  ]
  for (const [mode, given, isWanted] of wanted)
    it(`a namespace with ${JSON.stringify(given)} is ${isWanted ? 'in' : 'out'} with ${mode}`, () =>
      assert.equal(isNamespaceWanted(given, mode), isWanted))

  it('on a namespace is a label only where the mode differs', () => {
    const choices = (name: string, mode: Mode): Choice[] => [true, false].map((on) => namespaceChoice(on, name, mode))
    assert.deepEqual(choices('shop', 'OptIn'), ['enabled', 'inherit'])
    assert.deepEqual(choices('shop', 'OptOut'), ['inherit', 'disabled'])
    assert.deepEqual(choices('istio-system', 'OptOut'), ['enabled', 'inherit'])
  })

  it('on a workload is a label only where its namespace differs', () => {
    const choices = (mode: Mode, given: Choice): Choice[] => {
      const view = { namespaces: { shop: namespace(given) }, status: { mode } } as unknown as ClusterView
      return [true, false].map((on) => workloadChoice(on, { namespace: 'shop' } as WorkloadView, view))
    }
    assert.deepEqual(choices('OptIn', 'inherit'), ['enabled', 'inherit'])
    assert.deepEqual(choices('OptIn', 'enabled'), ['inherit', 'disabled'])
    assert.deepEqual(choices('OptOut', 'inherit'), ['inherit', 'disabled'])
    assert.deepEqual(choices('OptOut', 'disabled'), ['enabled', 'inherit'])
  })
})
