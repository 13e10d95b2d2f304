/** What holds over many moments; single ones are the golden files in test/golden/instrumentor. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { parse } from 'yaml'
import type { InstrumentationConfig } from '../../../../src/api/kinds/instrumentation-config.ts'
import { reconcile } from '../../../../src/controllers/instrumentor/reconcile.ts'
import type { Moment } from '../../../support/instrumentor/instrumentor-case.ts'
import { afterActions, edited, observedAt } from '../../../support/instrumentor/instrumentor-case.ts'

const golden = (name: string): Moment[] =>
  parse(
    readFileSync(join(import.meta.dirname, '../../../golden/instrumentor', name, 'observed.yaml'), 'utf8'),
  ) as Moment[]

/** The last moment of a golden case, and the InstrumentationConfig before it. */
const story = (name: string, length: number): { seen: Moment; config: InstrumentationConfig | undefined } =>
  golden(name)
    .slice(0, length)
    .reduce<{ seen: Moment; config: InstrumentationConfig | undefined }>(
      ({ seen, config }, moment) => {
        const next = { ...seen, ...moment }
        const before = edited(config, moment.edit)
        return { seen: next, config: afterActions(before, reconcile(observedAt(next, before)), next.failures) }
      },
      { seen: { when: '' }, config: undefined },
    )

/** A day of reconciles, one a minute, of a workload that stays as it is: how many restarts, and what the end says. */
const aDay = (name: string, length: number, change: Partial<Moment>) => {
  const { seen, config: before } = story(name, length)
  let config = before
  let restarts = 0
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    const now = new Date(Date.parse(seen.now ?? '') + minute * 60_000).toISOString()
    const actions = reconcile(observedAt({ ...seen, ...change, now }, config))
    restarts += actions.filter((action) => action.do === 'restart').length
    config = afterActions(config, actions)
  }
  const ending = config?.status?.conditions?.find(({ reason }) => reason === 'RestartIneffective')
  return { restarts, type: ending?.type, message: ending?.message ?? '' }
}

describe('instrumentor reconcile', () => {
  it('gives up after three restarts that did not help, and reports what to do', () => {
    const { restarts, type, message } = aDay('automatic-restart', 2, { settings: { rollout: { policy: 'Automatic' } } })
    assert.deepEqual([restarts, type], [3, 'RestartRequired'])
    assert.match(message, /3 restarts had no effect: 1 pods .* kubectl rollout restart deployment web/)
  })

  it('gives up after three rollbacks that replaced no pod, and reports what to do', () => {
    const { restarts, type, message } = aDay('rollback', 2, { pods: golden('rollback')[2]?.pods ?? [] })
    assert.deepEqual([restarts, type], [3, 'RolledBack'])
    assert.match(message, /kubectl delete pod web-2$/)
  })

  it('takes back what it said about a restart when that was made', () => {
    const { seen, config } = story('restart-refused', 3)
    const applied = (of: typeof config): unknown =>
      of?.status?.conditions?.find(({ type }) => type === 'Applied')?.status
    assert.equal(applied(config), 'False')
    const next = { ...seen, failures: {} }
    const restarted = afterActions(config, reconcile(observedAt(next, config)))
    assert.equal(applied(restarted), 'False', 'it is not known yet whether it succeeds')
    assert.equal(applied(afterActions(restarted, reconcile(observedAt(next, restarted)))), 'True')
  })

  it('has nothing to do about its own result (property)', () => {
    const pod = (name: string, { hash, agent, crashes }: { hash: string; agent: string; crashes: number }) => {
      const injection = JSON.stringify({ app: { ...(agent ? { agent } : {}), reason: 'Injected' } })
      const state = crashes > 0 ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: {} }
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name,
          namespace: 'shop',
          uid: name,
          creationTimestamp: '2026-11-23T09:00:00Z',
          annotations: hash ? { 'odigos.io/injection': injection, 'odigos.io/injection-hash': hash } : {},
        },
        spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'web:1' }] },
        status: {
          phase: 'Running',
          containerStatuses: [{ name: 'app', imageID: 'sha256:1', ready: crashes === 0, restartCount: crashes, state }],
        },
      }
    }
    const shape = fc.record({
      hash: fc.constantFrom('current', 'old', ''),
      agent: fc.constantFrom('nodejs', ''),
      crashes: fc.nat(2),
    })
    const [first, second] = golden('automatic-restart')
    assert.ok(first && second)
    fc.assert(
      fc.property(
        fc.array(shape, { maxLength: 4 }),
        fc.boolean(),
        fc.boolean(),
        (shapes, hasPipeline, isWebhookReady) => {
          const seen = { ...first, isWebhookReady, pods: shapes.map((each, index) => pod(`web-${index}`, each)) }
          const base = afterActions(undefined, reconcile(observedAt(seen, undefined)))
          const config = hasPipeline ? edited(base, second.edit) : base
          const settled = afterActions(config, reconcile(observedAt(seen, config)))
          assert.deepEqual(reconcile(observedAt(seen, settled)), [])
        },
      ),
    )
  })
})
