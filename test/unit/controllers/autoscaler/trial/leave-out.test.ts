import assert from 'node:assert/strict'
import type { Action } from '../../../../../src/api/kinds/action.ts'
import type { CollectorsGroup } from '../../../../../src/api/kinds/collectors-group.ts'
import type { AssessedAction } from '../../../../../src/controllers/autoscaler/actions/acceptance.ts'
import { leaveOut } from '../../../../../src/controllers/autoscaler/trial/leave-out.ts'
import type { Verdict } from '../../../../../src/controllers/autoscaler/trial/verdict.ts'
import { COLLECTOR_SETTINGS } from '../../../../support/collectors/settings.ts'

const HOUR_MS = 3_600_000

const gateway = (memory = '512Mi'): CollectorsGroup => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'CollectorsGroup',
  metadata: { name: 'odigos-gateway', namespace: 'odigos-system', uid: 'u' },
  spec: { role: 'Gateway', signals: ['traces'], resources: { limits: { memory } }, replicas: { min: 1, max: 1 } },
})

const assessed = (status?: object): AssessedAction => {
  const action = {
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'Action',
    metadata: { name: 'culprit', namespace: 'odigos-system' },
    spec: { type: 'DeleteAttributes', signals: ['traces'], deleteAttributes: ['a'], disabled: false },
    ...(status ? { status } : {}),
  } as Action
  return { action, selected: {}, condition: { type: 'Accepted', status: 'True', reason: 'Valid', message: '' } }
}

/** Verdicts by the order in which trials are asked for first. */
class InOrder extends Map<string, Verdict> {
  readonly #hashes: string[] = []
  readonly #verdictOf: (index: number) => Verdict | undefined
  constructor(verdictOf: (index: number) => Verdict | undefined) {
    super()
    this.#verdictOf = verdictOf
  }
  override get = (hash: string): Verdict | undefined => {
    if (!this.#hashes.includes(hash)) this.#hashes.push(hash)
    return this.#verdictOf(this.#hashes.indexOf(hash))
  }
}

const FAILED: Verdict = { result: 'Failed', message: 'cannot start' }

interface Scene {
  status?: object
  verdictOf?: (index: number) => Verdict | undefined
  nowMs?: number
  memory?: string
}

const leftOut = ({ status, verdictOf = () => undefined, nowMs = HOUR_MS, memory }: Scene): AssessedAction => {
  const around = {
    settings: COLLECTOR_SETTINGS,
    queues: { drops: [], isSettled: false, drained: new Set<string>(), empty: new Set<string>() },
    secrets: new Map(),
    trials: { verdicts: new InOrder(verdictOf), pods: [], spent: new Set<string>() },
    nowMs,
  }
  const { actions } = leaveOut(gateway(memory), { destinations: [], actions: [assessed(status)] }, around)
  assert.ok(actions[0])
  return actions[0]
}

/** The status of an Action that collectors refused. */
const refusedStatus = (hash: string): object => ({
  refusedHash: hash,
  conditions: [{ type: 'Accepted', status: 'False', reason: 'CollectorRefuses', message: 'cannot start' }],
})

/** The gateway fails with the Action, and starts without it. */
const refusal = (): AssessedAction => leftOut({ verdictOf: (index) => (index === 0 ? FAILED : { result: 'Started' }) })

describe('what collectors refused', () => {
  const status = refusedStatus(refusal().refusedHash ?? '')

  it('is left out, in the words of the collector', () => {
    const { condition } = refusal()
    assert.deepEqual(
      [condition.status, condition.reason, condition.message],
      ['False', 'CollectorRefuses', 'cannot start'],
    )
  })
  it('stays left out, without another trial', () => {
    const { condition, isHeld } = leftOut({ status })
    assert.deepEqual(
      [condition.reason, condition.message, isHeld ?? false],
      ['CollectorRefuses', 'cannot start', false],
    )
  })
  for (const [name, change] of [
    ['six hours later', { nowMs: 7 * HOUR_MS }],
    ['when the gateways get more memory', { memory: '1Gi' }],
  ] as const) {
    it(`is tried again ${name}, and its status stays until that is done`, () => {
      const { condition, isHeld } = leftOut({ status, ...change })
      assert.deepEqual([condition.status, isHeld], ['True', true])
    })
    it(`is accepted ${name} if a collector starts`, () => {
      const { condition, isHeld } = leftOut({ status, ...change, verdictOf: () => ({ result: 'Started' }) })
      assert.deepEqual([condition.status, isHeld ?? false], ['True', false])
    })
  }
  it('is nothing that was accepted: its status is written while it is tried', () => {
    assert.equal(leftOut({}).isHeld, false)
  })
  it('is not blamed where a collector does not start without it either', () => {
    const { condition } = leftOut({ verdictOf: () => FAILED })
    assert.equal(condition.status, 'True')
  })
})
