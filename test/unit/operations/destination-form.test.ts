import assert from 'node:assert/strict'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import type { DestinationInput } from '../../../src/view/destination-type.ts'
import { activeFields, objectName } from '../../../src/view/destination-type.ts'
import { tlsFixture } from '../../support/destinations/pem-inputs.ts'
import { checkForm, destinationFormSchema } from '../../../src/operations/destinations/destination-form.ts'

const kafka = (changes: Partial<DestinationInput> = {}): DestinationInput => ({
  displayName: 'Event bus',
  type: 'kafka',
  signals: ['traces'],
  disabled: false,
  fields: { brokers: 'a:9092', mechanism: 'PLAIN', username: 'me' },
  secrets: { password: 'planted' },
  cleared: [],
  ...changes,
})
const check = (form: DestinationInput, stored: string[] = []) => checkForm(form, catalogue.get(form.type), stored)
const fieldsOf = (form: DestinationInput, stored: string[] = []): string[] => {
  const result = check(form, stored)
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
  it('keeps a stored secret where none is typed', () =>
    assert.deepEqual(fieldsOf(kafka({ secrets: {} }), ['password']), []))
  it('checks a client certificate and its key as they are typed', () => {
    const fields = { brokers: 'a:9092', tls: 'true' }
    const typed = (certificate: string, key: string): string[] =>
      fieldsOf(kafka({ fields, secrets: { clientCertificate: tlsFixture(certificate), clientKey: tlsFixture(key) } }))
    assert.deepEqual(typed('ec.crt', 'ec.key'), [])
    assert.deepEqual(typed('ec.crt', 'rsa.key'), ['fields.clientKey'])
    assert.deepEqual(typed('ec.key', 'ec.key'), ['fields.clientCertificate'])
    assert.deepEqual(fieldsOf(kafka({ fields, secrets: { clientKey: tlsFixture('ec.key') } })), ['fields.clientKey'])
    assert.deepEqual(
      fieldsOf(kafka({ fields, secrets: { clientKey: tlsFixture('ec.key') } }), ['clientCertificate']),
      [],
    )
  })
  it('asks for a secret that is not among those that are stored', () =>
    assert.deepEqual(fieldsOf(kafka({ secrets: {} }), ['other']), ['fields.password']))
  it('takes away a stored value only where nothing needs it', () => {
    assert.deepEqual(fieldsOf(kafka({ secrets: {}, cleared: ['password'] }), ['password']), ['fields.password'])
    const otlp = kafka({ type: 'otlp', fields: { endpoint: 'a:4317' }, secrets: {}, cleared: ['secretHeaderValue'] })
    const result = check(otlp, ['secretHeaderValue'])
    assert.ok('spec' in result)
    assert.deepEqual(result.cleared, ['secretHeaderValue'])
  })
  it('prefers what is typed to taking it away, and clears nothing that is not stored or not secret', () => {
    const typed = check(kafka({ cleared: ['password'] }), ['password'])
    assert.ok('spec' in typed)
    assert.deepEqual([typed.secrets, typed.cleared], [{ password: 'planted' }, []])
    const absent = check(kafka({ cleared: ['password'] }))
    assert.ok('spec' in absent)
    assert.deepEqual(absent.cleared, [])
    assert.deepEqual(fieldsOf(kafka({ cleared: ['brokers'] })), ['fields.brokers'])
  })
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
    assert.ok('code' in checkForm(kafka({ type: 'nowhere' }), undefined)))
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
