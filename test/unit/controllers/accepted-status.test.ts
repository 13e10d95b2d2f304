import assert from 'node:assert/strict'
import type { InstrumentationRule } from '../../../src/api/kinds/instrumentation-rule.ts'
import { settingsView } from '../../../src/api/settings.ts'
import { acceptedCondition, acceptedStatus, wrongNamespace } from '../../../src/controllers/accepted-status.ts'
import { refusalOf } from '../../../src/controllers/instrumentor/accept.ts'

const NOW = '2026-01-01T00:00:00Z'
const metadata = (namespace: string) => ({ name: 'odigos', namespace, generation: 3 })
const config = (spec: object, namespace = 'odigos-system') =>
  settingsView({ apiVersion: 'odigos.io/v1alpha1', kind: 'OdigosConfig', metadata: metadata(namespace), spec })
const rule = (spec: object, namespace = 'odigos-system'): InstrumentationRule => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'InstrumentationRule',
  metadata: metadata(namespace),
  spec: { disabled: false, ...spec },
})

describe('whether an object is used', () => {
  const reasonOf = (object: Parameters<typeof refusalOf>[0]) => refusalOf(object, 'odigos-system')?.reason
  it('a valid one in the namespace of Odigos', () => {
    assert.equal(reasonOf(config({})), undefined)
    assert.equal(reasonOf(rule({ traceRatio: 0.5 })), undefined)
  })

  it('not an invalid or a disabled one', () => {
    assert.equal(reasonOf(config({ mode: 'sometimes' })), 'InvalidField')
    assert.match(refusalOf(config({ mode: 'sometimes' }), 'odigos-system')?.message ?? '', /^mode: .*OptIn/)
    assert.equal(reasonOf(rule({ traceRatio: 7 })), 'InvalidField')
    assert.equal(reasonOf(rule({ disabled: true })), 'Disabled')
  })

  it('none of another namespace, whose message names the right one', () => {
    assert.equal(reasonOf(config({ mode: 'sometimes' }, 'default')), 'WrongNamespace')
    assert.equal(reasonOf(rule({}, 'default')), 'WrongNamespace')
    assert.equal(
      wrongNamespace(rule({}, 'default'), 'odigos-system')?.message,
      'InstrumentationRule has no effect in namespace default; create it in namespace odigos-system',
    )
  })
})

describe('the status of an object that users write', () => {
  const accepted = acceptedStatus(rule({}), [acceptedCondition(rule({}), undefined, '; one selected')], NOW)

  it('has the generation that it is about, and a condition', () => {
    assert.deepEqual(accepted?.['status'], {
      observedGeneration: 3,
      conditions: [
        {
          type: 'Accepted',
          status: 'True',
          reason: 'Valid',
          message: 'the configuration is valid; one selected',
          observedGeneration: 3,
          lastTransitionTime: NOW,
        },
      ],
    })
    assert.deepEqual(accepted?.metadata, { name: 'odigos', namespace: 'odigos-system' })
  })

  it('is written once', () => {
    const settled = { ...rule({}), status: accepted?.['status'] }
    const condition = acceptedCondition(settled, undefined, '; one selected')
    assert.equal(acceptedStatus(settled, [condition], '2027-01-01T00:00:00Z'), undefined)
    const refused = acceptedCondition(settled, { reason: 'Disabled', message: '' })
    assert.ok(acceptedStatus(settled, [refused], '2027-01-01T00:00:00Z'))
  })
})

describe('the status of an object', () => {
  it('is not written again because of a condition or field of another writer', () => {
    const foreign = { type: 'Seen', status: 'True', reason: 'Valid', message: '', lastTransitionTime: NOW } as const
    const object = rule({})
    const condition = acceptedCondition(object, undefined)
    const written = acceptedStatus(object, [condition], NOW)?.['status'] as { conditions: object[] }
    const status = { ...written, note: 'theirs', conditions: [foreign, ...written.conditions] }
    const seen = { ...object, status }
    assert.equal(acceptedStatus(seen, [condition], NOW), undefined)
    assert.ok(acceptedStatus(seen, [{ ...condition, message: 'other' }], NOW))
  })
})
