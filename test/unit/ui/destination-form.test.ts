import assert from 'node:assert/strict'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import type { DestinationForm } from '../../../ui/model/destination-type.ts'
import { activeFields, objectName } from '../../../ui/model/destination-type.ts'
import { checkForm, destinationFormSchema } from '../../../ui/server/destination-form.ts'

const kafka = (changes: Partial<DestinationForm> = {}): DestinationForm => ({
  displayName: 'Event bus',
  type: 'kafka',
  signals: ['traces'],
  disabled: false,
  fields: { brokers: 'a:9092', mechanism: 'PLAIN', username: 'me' },
  secrets: { password: 'planted' },
  ...changes,
})
const check = (form: DestinationForm, isStored = false) => checkForm(form, catalogue.get(form.type), isStored)
const fieldsOf = (form: DestinationForm, isStored = false): string[] => {
  const result = check(form, isStored)
  return 'code' in result ? Object.keys(result.fields ?? {}) : []
}

describe('a destination form', () => {
  it('parts the secret values from the spec', () => {
    const result = check(kafka())
    assert.ok('spec' in result)
    assert.deepEqual(result.secrets, { password: 'planted' })
    assert.doesNotMatch(JSON.stringify(result.spec), /planted/)
  })
  it('names the field that is empty', () => assert.deepEqual(fieldsOf(kafka({ fields: {} })), ['fields.brokers']))
  it('asks for fields only when others make them matter', () => {
    assert.deepEqual(fieldsOf(kafka({ secrets: {}, fields: { brokers: 'a:9092', mechanism: 'PLAIN' } })), [
      'fields.username',
      'fields.password',
    ])
    assert.deepEqual(fieldsOf(kafka({ secrets: {}, fields: { brokers: 'a:9092' } })), [])
  })
  it('keeps a stored secret where none is typed', () => assert.deepEqual(fieldsOf(kafka({ secrets: {} }), true), []))
  it('leaves out what does not matter any more', () => {
    const result = check(kafka({ fields: { brokers: 'a:9092', mechanism: 'none', username: 'me' } }))
    assert.ok('spec' in result)
    assert.deepEqual([result.spec.fields, result.secrets], [{ brokers: 'a:9092', mechanism: 'none' }, {}])
  })
  it('refuses a secret among the plain fields, without repeating it', () => {
    const result = check(kafka({ fields: { brokers: 'a:9092', password: 'planted' } }))
    assert.ok('code' in result)
    assert.ok(result.fields?.['fields.password'])
    assert.doesNotMatch(JSON.stringify(result), /planted/)
  })
  it('refuses fields that the type does not have', () =>
    assert.deepEqual(fieldsOf(kafka({ fields: { brokers: 'a:9092', brokerz: 'x' } })), ['fields.brokerz']))
  it('refuses a type that the catalogue does not have', () =>
    assert.ok('code' in checkForm(kafka({ type: 'nowhere' }), undefined, false)))
  it('has a name and a signal, and hears of all its mistakes at once', () => {
    const form = destinationFormSchema.parse({ ...kafka({ fields: {}, secrets: {} }), displayName: ' ', signals: [] })
    assert.deepEqual(fieldsOf(form), ['displayName', 'signals', 'fields.brokers'])
  })
})

describe('the name of a destination object', () => {
  for (const [name, expected] of [
    ['Event bus', 'event-bus'],
    ['  Späte Küche! ', 'spate-kuche'],
    ['../../secrets', 'secrets'],
    ['日本', ''],
    ['a'.repeat(80), 'a'.repeat(50)],
  ] as const) {
    it(`'${name}' becomes '${expected}'`, () => assert.equal(objectName(name), expected))
  }
})

describe('fields that depend on others', () => {
  it('appear by the defaults of the others', () => {
    const names = activeFields(catalogue.get('kafka')?.fields ?? [], {}).map(({ name }) => name)
    assert.ok(names.includes('brokers'))
    assert.ok(!names.includes('password'))
    assert.ok(!names.includes('caPem'))
  })
})
