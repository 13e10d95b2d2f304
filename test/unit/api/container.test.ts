import assert from 'node:assert/strict'
import type { KnownContainer } from '../../../src/api/types/container.ts'
import {
  decisionOf,
  joinPrint,
  knownContainers,
  observationOf,
  splitPrint,
  summarizeContainers,
} from '../../../src/api/types/container.ts'

const app: KnownContainer = {
  name: 'app',
  reason: 'AgentSelected',
  message: 'nodejs 22.1.0',
  agent: 'nodejs',
  image: 'web:1',
  language: 'nodejs',
  evidence: ['exe node'],
  imageID: 'web@sha256:1',
  fingerprint: 'ab#cd',
}
const proxy: KnownContainer = { name: 'proxy', reason: 'IgnoredContainer', message: '' }

describe('what is known of containers', () => {
  it('is parted into decision and observation, and put together again', () => {
    const spec = { containers: [app, proxy].map(decisionOf) }
    const containers = [proxy, app].flatMap((container) => observationOf(container) ?? [])
    assert.deepEqual(
      containers.map(({ name }) => name),
      ['app'],
      'nothing was observed of the other',
    )
    assert.deepEqual(knownContainers({ spec, status: { containers } }), [app, proxy])
  })

  it('is the decision alone where the status was lost', () =>
    assert.deepEqual(knownContainers({ spec: { containers: [decisionOf(app)] } }), [decisionOf(app)]))

  it('is not what was observed of a container that is no longer there', () =>
    assert.deepEqual(knownContainers({ spec: {}, status: { containers: [{ name: 'app' }] } }), []))

  it('has no image where the version before wrote a fingerprint there', () => {
    const [container] = knownContainers({ spec: { containers: [{ ...decisionOf(app), image: 'web@sha256:1#ab#cd' }] } })
    assert.equal(container?.image, undefined)
  })

  it('has image ID and fingerprint in one, as they are compared', () => {
    assert.equal(joinPrint(app), 'web@sha256:1#ab#cd')
    assert.deepEqual(splitPrint('web@sha256:1#ab#cd'), { imageID: 'web@sha256:1', fingerprint: 'ab#cd' })
    assert.equal(joinPrint({ imageID: 'x' }), undefined)
  })

  it('is a text for kubectl get', () =>
    assert.deepEqual(summarizeContainers([app, proxy]), {
      languages: 'nodejs, -',
      agents: 'nodejs, -',
      reasons: 'AgentSelected, IgnoredContainer',
    }))
})
