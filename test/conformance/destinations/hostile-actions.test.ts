/** Several Actions at once, and values and names that are strange, in a real collector. */
import assert from 'node:assert/strict'
import { MASK_KINDS } from '../../../src/api/actions/mask.ts'
import type { Signal } from '../../../src/api/vocabulary.ts'
import type { ActionInput } from '../../../src/collector/actions/processor.ts'
import { actionOf, inOrder, throughActions } from '../../support/telemetry/action-scene.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import { logsOf, metricsOf, tracesOf } from '../../support/telemetry/otlp-json.ts'

const SECRET = 'hunter2'
const resource = {
  'k8s.namespace.name': 'shop',
  'k8s.deployment.name': 'cart',
  'telemetry.sdk.language': 'java',
  password: SECRET,
}
const record = { password: SECRET, 'http.route': '/a' }
const PAYLOADS: Record<Signal, object> = {
  traces: tracesOf(resource, [{ attributes: record }]),
  metrics: metricsOf({ ...resource }, ['requests']),
  logs: logsOf(resource, 'test', [record]),
}

const inShop = { namespaces: ['shop'] }
const cart = { workloads: [{ kind: 'Deployment', namespace: 'shop', name: 'cart' }] }
const deleting = (...deleteAttributes: string[]) => ({ deleteAttributes })
const maskSecret = { maskValues: { pattern: SECRET } }

/** None of them may hand the secret on. */
const SECRETS: Record<string, ActionInput[]> = {
  'an Action deletes what it is selected by': [
    actionOf('DeleteAttributes', deleting('k8s.namespace.name', 'password'), inShop),
  ],
  'an Action deletes what another is selected by': [
    actionOf('DeleteAttributes', deleting('k8s.namespace.name', 'k8s.deployment.name')),
    actionOf('MaskValues', maskSecret, cart),
  ],
  'an Action renames what another is selected by': [
    actionOf('RenameAttributes', { renameAttributes: { 'telemetry.sdk.language': 'language' } }),
    actionOf(
      'MaskAttributes',
      { maskAttributes: { attributes: ['password'], pattern: '.+' } },
      { languages: ['java'] },
    ),
  ],
  'an Action masks what another is selected by': [
    actionOf('MaskValues', { maskValues: { pattern: 'shop|cart' } }),
    actionOf('DeleteAttributes', deleting('password'), cart),
  ],
  'an Action renames what it is selected by': [
    actionOf('RenameAttributes', { renameAttributes: { 'k8s.namespace.name': 'namespace' } }, inShop),
    actionOf('MaskValues', maskSecret, inShop),
  ],
}

const SIGNALS = Object.keys(PAYLOADS) as Signal[]

describe('hostile Actions', function () {
  this.timeout(60_000)
  let binary = ''

  before(function () {
    const found = collectorBinary()
    if (!found) return this.skip()
    binary = found
  })

  for (const [name, actions] of Object.entries(SECRETS))
    for (const signal of SIGNALS)
      it(`no secret passes where ${name}: ${signal}`, async () => {
        const text = await throughActions(binary, inOrder(actions), signal, PAYLOADS[signal])
        assert.ok(!text.includes(SECRET), text)
        assert.ok(!text.includes('odigos.selected'), text)
      })

  it('a sender cannot select itself, and its mark goes', async () => {
    const forged = tracesOf({ ...resource, 'odigos.selected.action-0': 'yes' }, [{ attributes: record }])
    const actions = inOrder([
      actionOf('DropTelemetry', { dropTelemetry: { namePattern: '.*' } }, { namespaces: ['other'] }, ['traces']),
    ])
    const text = await throughActions(binary, actions, 'traces', forged)
    assert.match(text, /GET \//)
    assert.ok(!text.includes('odigos.selected'), text)
  })

  const STRANGE = [
    '$',
    '$$',
    '${env:HOME}',
    '"',
    "'",
    '\\',
    '\\n',
    'a\nb',
    '\u0000',
    'é😀',
    '{{x}}',
    '%s',
    '#{x}',
    '[0]',
  ]
  it('names and values are taken literally', async () => {
    const addAttributes = Object.fromEntries(STRANGE.map((text, index) => [`${index}${text}`, text]))
    const text = await throughActions(binary, [actionOf('AddAttributes', { addAttributes })], 'traces', PAYLOADS.traces)
    const { attributes } = (
      JSON.parse(text) as {
        resourceSpans: [{ resource: { attributes: { key: string; value: { stringValue?: string } }[] } }]
      }
    ).resourceSpans[0].resource
    for (const [key, value] of Object.entries(addAttributes))
      assert.equal(attributes.find((each) => each.key === key)?.value.stringValue ?? '', value, JSON.stringify(key))
  })

  it('patterns of strange characters match these', async () => {
    const escaped = STRANGE.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
    const attributes = Object.fromEntries(STRANGE.map((text, index) => [`a${index}`, `<${text}>`]))
    const masks = [actionOf('MaskValues', { maskValues: { pattern: escaped.toReversed().join('|') } })]
    const text = await throughActions(binary, masks, 'traces', tracesOf(resource, [{ attributes }]))
    for (const index of STRANGE.keys()) assert.match(text, new RegExp(`"a${index}","value":{"stringValue":"<[*]+>"}`))
  })

  it('every kind is masked, in the pattern language of the collector', async () => {
    const values = ['jane%40exämple.de', '30569309025904', '+49 (0)170/1234567', '2a02:8109::1', 'redis://:p4ss@cache']
    const attributes = Object.fromEntries(values.map((value, index) => [`a${index}`, value]))
    const masks = [actionOf('MaskValues', { maskValues: { kinds: [...MASK_KINDS] } })]
    const text = await throughActions(binary, masks, 'traces', tracesOf({}, [{ attributes }]))
    for (const index of values.keys())
      assert.match(text, new RegExp(`"a${index}","value":{"stringValue":"(redis)?[*]{4}(cache)?"}`))
  })

  it('a mask of values that is long, many times over, keeps to its time', async () => {
    const attributes = { long: `${'a'.repeat(100_000)}@b.cd ${SECRET}` }
    const masks = [actionOf('MaskValues', { maskValues: { kinds: ['Email'], pattern: '(a|aa)+$|hunter\\d' } })]
    const text = await throughActions(binary, masks, 'traces', tracesOf(resource, [{ attributes }]))
    assert.ok(!text.includes(SECRET))
    assert.ok(!text.includes('aaa'))
  })
})
