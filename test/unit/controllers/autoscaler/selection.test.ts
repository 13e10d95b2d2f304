import assert from 'node:assert/strict'
import {
  describeSelected,
  MAX_SELECTED,
  resolveSelectors,
  selectsNothing,
  selectsTooMuch,
} from '../../../../src/controllers/autoscaler/selection.ts'

const workload = (namespace: string, name: string, labels = {}) => ({ namespace, kind: 'Deployment', name, labels })
const cluster = {
  namespaces: [
    { name: 'shop', labels: { team: 'a' } },
    { name: 'legacy', labels: { team: 'a' } },
    { name: 'pay', labels: {} },
  ],
  workloads: [
    workload('shop', 'web', { app: 'web' }),
    workload('shop', 'cart', { app: 'cart' }),
    workload('pay', 'cart', { app: 'cart' }),
  ],
}
const team = { matchLabels: { team: 'a' } }
const cart = { matchLabels: { app: 'cart' } }

describe('what the selectors of an Action stand for', () => {
  it('everything, where they are absent or empty', () => {
    assert.deepEqual(resolveSelectors({}, cluster), {})
    assert.deepEqual(resolveSelectors({ namespaceSelector: {}, workloadSelector: { matchLabels: {} } }, cluster), {})
    assert.deepEqual(resolveSelectors({ languages: ['java'] }, cluster), { languages: ['java'] })
    assert.equal(describeSelected({}), '')
  })

  it('namespaces by their labels, in order', () =>
    assert.deepEqual(resolveSelectors({ namespaceSelector: team }, cluster), { namespaces: ['legacy', 'shop'] }))

  it('workloads by their labels and those of their namespaces', () => {
    const names = (selectors: Parameters<typeof resolveSelectors>[0]) =>
      resolveSelectors(selectors, cluster).workloads?.map(({ namespace, name }) => `${namespace}/${name}`)
    assert.deepEqual(names({ workloadSelector: cart }), ['pay/cart', 'shop/cart'])
    assert.deepEqual(names({ workloadSelector: cart, namespaceSelector: team }), ['shop/cart'])
  })

  it('nothing, which is said', () => {
    const selected = resolveSelectors({ namespaceSelector: { matchLabels: { team: 'z' } } }, cluster)
    assert.ok(selectsNothing(selected))
    assert.match(describeSelected(selected), /no effect/)
    assert.ok(!selectsNothing({}))
  })

  it('no more than a configuration can hold', () => {
    const workloads = Array.from({ length: MAX_SELECTED + 1 }, (_, index) =>
      workload('shop', `w${index}`, { app: 'cart' }),
    )
    assert.ok(selectsTooMuch(resolveSelectors({ workloadSelector: cart }, { ...cluster, workloads })))
    assert.ok(!selectsTooMuch(resolveSelectors({ workloadSelector: cart }, cluster)))
  })
})
