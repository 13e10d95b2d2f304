import assert from 'node:assert/strict'
import { checkConfiguration } from '../../../src/collector/check.ts'
import type { CollectorConfig } from '../../../src/collector/config.ts'
import { configHash } from '../../../src/collector/config.ts'
import { gatewayConfig } from '../../../src/collector/gateway.ts'
import { renderDestination } from '../../../src/destinations/render.ts'
import { SIGNALS } from '../../../src/api/vocabulary.ts'
import { actionOf } from '../../support/telemetry/action-scene.ts'
import { DISK } from '../../support/collectors/settings.ts'

const group = { resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } } }
const good = (): CollectorConfig => {
  const spec = { type: 'otlp', signals: ['traces' as const], fields: { endpoint: 'b:4317' }, disabled: false }
  return gatewayConfig({ group, destinations: [renderDestination({ name: 'b', spec }, [])], actions: [], disk: DISK })
}

describe('checkConfiguration', () => {
  it('finds nothing wrong with what is rendered', () => assert.deepEqual(checkConfiguration(good()), []))

  const broken: [string, (config: CollectorConfig) => void, RegExp][] = [
    ['no pipeline', (config) => void (config.service.pipelines = {}), /no pipeline is configured/],
    ['a missing exporter', (config) => void (config.exporters = {}), /traces\/to-b names otlp_grpc\/b/],
    ['a missing extension', (config) => void (config.extensions = {}), /names file_storage/],
    ['no exporter', (config) => void (config.service.pipelines.traces!.exporters = []), /lacks receivers or exporters/],
    ['no limiter', (config) => void (config.service.pipelines.traces!.processors = []), /memory_limiter is not first/],
    [
      'a connector without an end',
      (config) => void delete config.service.pipelines['traces/to-b'],
      /forward\/b does not join/,
    ],
    [
      'a connector without a start',
      (config) => void (config.service.pipelines.traces!.exporters = ['otlp_grpc/b']),
      /forward\/b does not join/,
    ],
    [
      'an undefined value',
      (config) => void (config.exporters['otlp_grpc/b']!['endpoint'] = undefined),
      /exporters\.otlp_grpc\/b\.endpoint is undefined/,
    ],
  ]
  for (const [name, breakIt, message] of broken)
    it(`tells of ${name}`, () => {
      const config = good()
      breakIt(config)
      assert.match(checkConfiguration(config).join('\n'), message)
    })

  const names = [
    'telemetry',
    'probes',
    'marks',
    'to-b',
    'served',
    'others',
    'odigos-served',
    'border',
    'traces',
    'gateway',
    'lanes',
    'odigos.selected',
    '0',
  ]
  for (const name of names)
    it(`finds nothing wrong with a Destination and an Action of the name ${name}, for some workloads only`, () => {
      const spec = { type: 'debug', signals: [...SIGNALS], fields: {}, disabled: false }
      const served = { workloads: [{ kind: 'Deployment', namespace: 'a', name: 'b' }], gatewayEndpoint: 'gateway:4317' }
      const destinations = [name, 'other'].map((each) => renderDestination({ name: each, uid: each, spec }, []))
      const action = actionOf('DeleteAttributes', { deleteAttributes: ['a'] }, { namespaces: ['a'] })
      const actions = [{ ...action, metadata: { ...action.metadata, name } }]
      const config = gatewayConfig({ group, destinations, actions, disk: DISK, served })
      assert.deepEqual(checkConfiguration(config), [])
      // None has replaced another: for each signal what arrives, each Destination, what is served, the others, what Actions change, and
      // probes; and the marks of probes.
      assert.equal(Object.keys(config.service.pipelines).length, SIGNALS.length * (1 + destinations.length + 4) + 1)
    })

  it('refuses a gateway without destinations', () => {
    assert.deepEqual(checkConfiguration(gatewayConfig({ group, destinations: [], actions: [], disk: DISK })), [
      'no pipeline is configured',
    ])
  })
})

describe('configHash', () => {
  it('does not depend on the order of keys, but on that of lists and on every value', () => {
    assert.equal(configHash({ a: 1, b: { c: 2, d: 3 } }), configHash({ b: { d: 3, c: 2 }, a: 1 }))
    assert.notEqual(configHash([1, 2]), configHash([2, 1]))
    assert.notEqual(configHash({ a: '1' }), configHash({ a: 1 }))
  })
})
