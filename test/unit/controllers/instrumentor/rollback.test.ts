import assert from 'node:assert/strict'
import { effectiveConfig } from '../../../../src/api/kinds/odigos-config.ts'
import { isSuspicious, rollbackReason } from '../../../../src/controllers/instrumentor/rollback.ts'
import type { ContainerView, PodView } from '../../../../src/controllers/instrumentor/views.ts'

const NOW = Date.parse('2026-11-23T10:00:00Z')
const settings = effectiveConfig({})
const pod = (over: Partial<ContainerView> = {}, agent: string | undefined = 'nodejs', ageSeconds = 90): PodView => ({
  metadata: {
    name: 'web-1',
    namespace: 'n',
    creationTimestamp: new Date(NOW - ageSeconds * 1000).toISOString(),
    annotations: { 'odigos.io/injection': JSON.stringify({ app: { agent, reason: 'Injected' } }) },
  },
  nodeName: 'node-1',
  phase: 'Running',
  containers: [
    {
      name: 'app',
      image: '',
      imageReference: '',
      entry: '',
      environment: '',
      variables: [],
      readsSecret: false,
      containerId: 'x',
      isRunning: false,
      isReady: false,
      restartCount: 3,
      waitingReason: 'CrashLoopBackOff',
      ...over,
    },
  ],
  added: [],
})
const isRolledBack = (...pods: PodView[]): boolean => rollbackReason(pods, settings, NOW) !== undefined

describe('rollback', () => {
  it('names the container and the pod', () =>
    assert.match(rollbackReason([pod()], settings, NOW) ?? '', /container app of pod web-1 crashes/))

  it('is for what crashes again and again, long enough, with an agent', () => {
    assert.equal(isRolledBack(pod({ restartCount: 2 })), false)
    assert.equal(isRolledBack(pod({ waitingReason: undefined })), false)
    assert.equal(isRolledBack(pod({}, 'nodejs', 59)), false)
    assert.equal(isRolledBack(pod({}, 'nodejs', 60)), true)
    assert.equal(isRolledBack(pod({ name: 'sidecar-of-the-user' })), false)
  })

  it('not where pods without an agent crash too', () => {
    const without = pod()
    without.metadata.annotations = {}
    assert.equal(isRolledBack(without), false)
    assert.equal(isRolledBack(pod(), without), false)
  })

  it('not for pods that are on their way out', () => {
    const leaving = pod()
    leaving.metadata.deletionTimestamp = '2026-11-23T09:59:59Z'
    assert.equal(isRolledBack(leaving), false)
  })

  it('never where the settings say 0', () =>
    assert.equal(rollbackReason([pod()], effectiveConfig({ rollout: { rollbackAfterSeconds: 0 } }), NOW), undefined))

  it('also where a container that was added keeps the pod from starting', () => {
    const well = { waitingReason: undefined, restartCount: 0 }
    const stuck = { ...pod(well), added: [{ name: 'odigos-agent-nodejs', waitingReason: 'ErrImagePull' }] }
    assert.equal(isRolledBack(stuck), true)
    assert.equal(
      isRolledBack({ ...stuck, added: [{ name: 'odigos-agent-nodejs', waitingReason: 'PodInitializing' }] }),
      false,
    )
    assert.deepEqual([isSuspicious(stuck), isSuspicious(pod(well))], [true, false])
  })

  it('an annotation that is no JSON says nothing', () => {
    const broken = pod()
    broken.metadata.annotations = { 'odigos.io/injection': '{' }
    assert.equal(isRolledBack(broken), false)
  })
})
