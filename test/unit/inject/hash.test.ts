import assert from 'node:assert/strict'
import type { InstrumentationConfigSpec } from '../../../src/api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../../src/api/kinds/odigos-config.ts'
import { injectionHash } from '../../../src/inject/hash.ts'
import { podOf } from '../../support/admission/admission-review.ts'
import { configFor, IMAGES } from '../../support/injection/injection-context.ts'

const spec = configFor(podOf('cart'), 'nodejs')
const settings = effectiveConfig({})
const before = injectionHash(spec, settings, IMAGES)
/** As it is on the pods of earlier versions: another one would have every workload restarted by an upgrade. */
const HASH = 'ca7c732645519a68'

const changed = (change: Partial<InstrumentationConfigSpec['containers'][number]>): InstrumentationConfigSpec => ({
  ...spec,
  containers: spec.containers.map((container) => ({ ...container, ...change })),
})

describe('the hash of an injection', () => {
  it('is short, and the same for the same decision', () => {
    assert.match(before, /^[0-9a-f]{16}$/)
    assert.equal(before, HASH)
    assert.equal(injectionHash(structuredClone(spec), effectiveConfig({}), IMAGES), before)
  })

  const same: Record<string, InstrumentationConfigSpec> = {
    'another name of the image': changed({ image: 'cart:2' }),
    'another message': changed({ message: 'found again' }),
    'a container without an agent': {
      ...spec,
      containers: [...spec.containers, { name: 'x', reason: 'NotSupported', message: '' }],
    },
    'another pool with the same endpoint': {
      ...spec,
      pipeline: { collectorsGroup: 'b', endpoint: spec.pipeline?.endpoint ?? '', signals: ['traces', 'metrics'] },
    },
    'signals that the settings do not allow': {
      ...spec,
      pipeline: {
        collectorsGroup: 'a',
        endpoint: spec.pipeline?.endpoint ?? '',
        signals: ['logs', 'metrics', 'traces'],
      },
    },
  }
  for (const [name, next] of Object.entries(same)) {
    it(`is no other for ${name}`, () => assert.equal(injectionHash(next, settings, IMAGES), before))
  }

  it('is no other for an ignored container that gets no agent', () => {
    const next = effectiveConfig({ ignoredContainers: [...settings.ignoredContainers, 'another'] })
    assert.equal(injectionHash(spec, next, IMAGES), before)
    const ignored = effectiveConfig({ ignoredContainers: spec.containers.map(({ name }) => name) })
    assert.notEqual(injectionHash(spec, ignored, IMAGES), before)
  })

  it('of an agent beside the container is no other for another way of delivery', () => {
    const go = changed({ agent: 'go-ebpf' })
    const next = effectiveConfig({ agentDelivery: 'ImageVolume' })
    assert.equal(injectionHash(go, next, IMAGES), injectionHash(go, settings, IMAGES))
  })

  it('of configuration alone is no other for another version of the agents', () => {
    const configuration = changed({ agent: 'sdk-config' })
    const next = { agent: () => 'another:2' }
    assert.equal(injectionHash(configuration, settings, next), injectionHash(configuration, settings, IMAGES))
  })

  const other: Record<string, string> = {
    'another agent': injectionHash(changed({ agent: 'python' }), settings, IMAGES),
    'another program': injectionHash(changed({ executable: '/b' }), settings, IMAGES),
    'another setting': injectionHash(changed({ settings: [{ name: 'OTEL_X', value: '1' }] }), settings, IMAGES),
    'another value of the image': injectionHash(changed({ runtimeEnv: [{ name: 'X', value: '1' }] }), settings, IMAGES),
    'a choice of the user': injectionHash(changed({ reason: 'OverriddenByUser' }), settings, IMAGES),
    'another service name': injectionHash({ ...spec, serviceName: 'x' }, settings, IMAGES),
    'no pipeline': injectionHash({ ...spec, pipeline: undefined }, settings, IMAGES),
    'another version of the agent': injectionHash(spec, settings, { agent: (agent) => `${agent}:2` }),
    'another way of delivery': injectionHash(spec, effectiveConfig({ agentDelivery: 'ImageVolume' }), IMAGES),
    'another ratio': injectionHash(spec, effectiveConfig({ sampling: { traceRatio: 0.1 } }), IMAGES),
    'fewer signals': injectionHash(spec, effectiveConfig({ signals: ['traces'] }), IMAGES),
  }
  for (const [name, hash] of Object.entries(other)) it(`is another for ${name}`, () => assert.notEqual(hash, before))
})
