/** Retries and compression, as settings of a Destination of any type that knows them. */
import assert from 'node:assert/strict'
import type { DestinationSpec } from '../../../src/api/kinds/destination.ts'
import { renderDestination } from '../../../src/destinations/render.ts'

const OTLP: DestinationSpec = { type: 'otlp', signals: ['traces'], fields: { endpoint: 'b:4317' }, disabled: false }
const KAFKA: DestinationSpec = { ...OTLP, type: 'kafka', fields: { brokers: 'b:9092' } }
const DEBUG: DestinationSpec = { ...OTLP, type: 'debug', fields: {} }

const render = (spec: DestinationSpec) => renderDestination({ name: 'a', uid: 'u', spec }, [])
const problems = (spec: DestinationSpec): string[] =>
  render(spec).problems.map(({ reason, message }) => `${reason}: ${message}`)

describe('how a Destination is sent to', () => {
  it('is as the type says, where nothing is set', () => {
    const { retrySeconds, exporters } = render(OTLP)
    assert.equal(retrySeconds, undefined)
    assert.equal(exporters[0]?.config['compression'], 'none')
  })
  it('has the compression that is set, whatever the field of the type is', () => {
    const spec: DestinationSpec = { ...OTLP, fields: { endpoint: 'b:4317', compression: 'snappy' } }
    assert.equal(render({ ...spec, compression: 'Zstd' }).exporters[0]?.config['compression'], 'zstd')
    assert.equal(render({ ...spec, compression: 'None' }).exporters[0]?.config['compression'], 'none')
    assert.equal(render(spec).exporters[0]?.config['compression'], 'snappy')
  })
  it('has it where Kafka has it, beside the other settings of the producer', () => {
    const before = render(KAFKA).exporters[0]?.config['producer'] as object
    const after = render({ ...KAFKA, compression: 'Gzip' }).exporters[0]?.config['producer']
    assert.deepEqual(after, { ...before, compression: 'gzip' })
    assert.ok(Object.keys(before).length > 1)
  })
  it('keeps the queue, which is named after the exporter', () => {
    const [{ id } = { id: '' }] = render(OTLP).exporters
    const changed = render({
      ...OTLP,
      compression: 'Gzip',
      retry: { maxElapsedSeconds: 60 },
      sources: { namespaces: ['a'] },
    })
    assert.deepEqual(
      changed.exporters.map((each) => each.id),
      [id],
    )
    assert.equal(changed.retrySeconds, 60)
  })
  it('is refused where the exporter has no such setting', () => {
    assert.deepEqual(problems({ ...DEBUG, retry: { maxElapsedSeconds: 60 }, compression: 'Gzip' }), [
      'UnsupportedSetting: Debug has no setting for retry.maxElapsedSeconds',
      'UnsupportedSetting: Debug has no setting for compression',
    ])
    assert.deepEqual(problems({ ...DEBUG, retry: {} }), [])
    assert.deepEqual(problems({ ...KAFKA, retry: { maxElapsedSeconds: 60 }, compression: 'None' }), [])
  })
})
