import assert from 'node:assert/strict'
import { sourcesText } from '../../../src/view/objects/sources-text.ts'

describe('the sources of a Destination in words', () => {
  it('nothing, where everything is taken', () => {
    assert.equal(sourcesText(undefined), '')
    assert.equal(sourcesText({ namespaceSelector: {}, workloadSelector: { matchLabels: {} } }), '')
  })
  it('each field that is set', () =>
    assert.equal(
      sourcesText({
        namespaces: ['shop', 'pay'],
        excludedNamespaces: ['legacy'],
        namespaceSelector: {
          matchLabels: { team: 'a', tier: '1' },
          matchExpressions: [{ key: 'dev', operator: 'DoesNotExist' }],
        },
        workloadSelector: {
          matchExpressions: [
            { key: 'app', operator: 'In', values: ['web', 'cart'] },
            { key: 'old', operator: 'NotIn', values: ['yes'] },
            { key: 'owner', operator: 'Exists' },
          ],
        },
        workloads: [{ namespace: 'shop', kind: 'Deployment', name: 'cart' }],
        languages: ['java'],
      }),
      'namespaces shop, pay; namespaces other than legacy; namespaces with labels team=a,tier=1,!dev; ' +
        'workloads with labels app in (web,cart),old notin (yes),owner; workloads Deployment/cart in shop; languages java',
    ))
})
