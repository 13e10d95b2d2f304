/** What leader election promises, over any API server. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import type { Credentials } from '../../../src/kube/http/credentials.ts'
import type { Lease } from '../../../src/kube/lease/lease.ts'
import { LeaseLostError, runAsLeader } from '../../../src/kube/lease/leader.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import { createLog } from '../../../src/process/log.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import type { FaultProxy } from '../../support/api-server/fault-proxy.ts'
import { startFaultProxy } from '../../support/api-server/fault-proxy.ts'

/** Shorter than in a cluster, but a busy machine stalls for a second now and then, and a real server answers later still. */
const IN_MEMORY = { leaseMs: 3_000, renewDeadlineMs: 2_400, retryMs: 100 }
export const REAL_TIMING = { leaseMs: 5_000, renewDeadlineMs: 4_000, retryMs: 200 }
const log = createLog('test', 'silent')

interface Candidate {
  proxy: FaultProxy
  stop: AbortController
  leads: boolean
  ended: Promise<unknown>
}

export const leaderCases = (
  name: string,
  open: () => Promise<{ credentials: Credentials; namespace: string }>,
  timing = IN_MEMORY,
): void => {
  describe(`leader election against ${name}`, function () {
    this.timeout(60_000)
    let server: { credentials: Credentials; namespace: string }
    let leaseName = ''
    let candidates: Candidate[] = []
    let mostAtOnce = 0

    const start = async (identity: string, lead?: (signal: AbortSignal) => Promise<void>): Promise<Candidate> => {
      const proxy = await startFaultProxy(server.credentials)
      const stop = new AbortController()
      const candidate: Candidate = { proxy, stop, leads: false, ended: Promise.resolve() }
      const untilAborted = (signal: AbortSignal): Promise<void> => {
        candidate.leads = true
        mostAtOnce = Math.max(mostAtOnce, candidates.filter(({ leads }) => leads).length)
        return new Promise((resolve) => {
          const end = (): void => {
            candidate.leads = false
            resolve()
          }
          signal.addEventListener('abort', end)
        })
      }
      candidates.push(candidate)
      candidate.ended = runAsLeader({
        client: createKubeClient({ credentials: proxy.credentials }),
        namespace: server.namespace,
        name: leaseName,
        identity,
        signal: stop.signal,
        log,
        lead: lead ?? untilAborted,
        timing,
      }).then(
        () => 'ended',
        (error: unknown) => error,
      )
      return candidate
    }

    const putLease = async (spec: Lease['spec']): Promise<void> => {
      const client = createKubeClient({ credentials: server.credentials })
      const metadata = { name: leaseName, namespace: server.namespace }
      await client.create(RESOURCES.leases, { apiVersion: '', kind: '', metadata, spec }, { fieldManager: 'test' })
    }

    const readLease = async (): Promise<Lease | undefined> =>
      createKubeClient({ credentials: server.credentials }).get<Lease>({
        type: RESOURCES.leases,
        namespace: server.namespace,
        name: leaseName,
      })

    before(async () => {
      server = await open()
    })
    beforeEach(() => {
      leaseName = `lease-${Date.now().toString(36)}-${Math.floor(Math.random() * 1e6)}`
      candidates = []
      mostAtOnce = 0
    })
    afterEach(async () => {
      for (const { stop } of candidates) stop.abort()
      await Promise.all(candidates.map(({ ended }) => ended))
      await Promise.all(candidates.map(({ proxy }) => proxy[Symbol.asyncDispose]()))
      assert.ok(mostAtOnce <= 1, 'two led at the same time')
    })

    it('lets one of many lead, also when all come at once', async () => {
      await Promise.all(['a', 'b', 'c', 'd'].map((identity) => start(identity)))
      await eventuallyPasses(() => assert.equal(candidates.filter(({ leads }) => leads).length, 1))
      await sleep(1.5 * timing.leaseMs)
      assert.equal(candidates.filter(({ leads }) => leads).length, 1)
      const lease = await readLease()
      assert.equal(lease?.spec.leaseTransitions, 0)
    })

    it('lets one take over from a dead one, also when all try at once', async () => {
      await putLease({ holderIdentity: 'dead', leaseDurationSeconds: 1, leaseTransitions: 3 })
      const started = await Promise.all(['a', 'b', 'c'].map((identity) => start(identity)))
      // Each has read the Lease before any of them has written it.
      for (const { proxy } of started) {
        let left = 1
        proxy.fault = ({ method }) => (method === 'PUT' && left-- > 0 ? { delayMs: 300 } : undefined)
      }
      await eventuallyPasses(() => assert.equal(candidates.filter(({ leads }) => leads).length, 1))
      await sleep(500)
      assert.equal(candidates.filter(({ leads }) => leads).length, 1)
      assert.equal((await readLease())?.spec.leaseTransitions, 4)
    })

    it('gives the Lease back also when a last renewal comes between', async () => {
      const only = await start('only')
      await eventuallyPasses(() => assert.ok(only.leads))
      let left = 1
      only.proxy.fault = ({ method }) => (method === 'PUT' && left-- > 0 ? { answer: 409 } : undefined)
      only.stop.abort()
      assert.equal(await only.ended, 'ended')
      assert.equal((await readLease())?.spec.holderIdentity, '')
    })

    it('does not take the Lease again by a renewal that began before it was given back', async () => {
      const only = await start('only')
      await eventuallyPasses(() => assert.ok(only.leads))
      let isRenewing = false
      only.proxy.fault = ({ method }) => {
        if (method !== 'GET' || isRenewing) return undefined
        isRenewing = true
        return { delayMs: 300 }
      }
      await eventuallyPasses(() => assert.ok(isRenewing))
      only.stop.abort()
      assert.equal(await only.ended, 'ended')
      await sleep(600)
      assert.equal((await readLease())?.spec.holderIdentity, '')
    })

    it('does not lead on a Lease that took as long to make as it lasts', async () => {
      const slow = await start('slow')
      slow.proxy.fault = ({ method }) => (method === 'POST' ? { delayMs: timing.leaseMs } : undefined)
      await sleep(timing.leaseMs + timing.renewDeadlineMs / 2)
      assert.equal(slow.leads, false)
    })

    it('hands over within moments when the leader is told to stop', async () => {
      const first = await start('first')
      await eventuallyPasses(() => assert.ok(first.leads))
      const second = await start('second')
      await sleep(200)
      assert.equal(second.leads, false)
      const stoppedAt = Date.now()
      first.stop.abort()
      assert.equal(await first.ended, 'ended')
      await eventuallyPasses(() => assert.ok(second.leads), 5 * timing.leaseMs)
      assert.ok(Date.now() - stoppedAt < timing.leaseMs, `took ${Date.now() - stoppedAt} ms`)
      assert.equal((await readLease())?.spec.holderIdentity, 'second')
    })

    for (const fault of ['hang', 'reset'] as const) {
      it(`has a leader that cannot reach the server (${fault}) stop before another one leads`, async () => {
        const first = await start('first')
        await eventuallyPasses(() => assert.ok(first.leads))
        const second = await start('second')
        first.proxy.fault = () => fault
        await eventuallyPasses(() => assert.equal(first.leads, false), 5 * timing.leaseMs)
        assert.equal(second.leads, false)
        await eventuallyPasses(() => assert.ok(second.leads), 5 * timing.leaseMs)
        first.proxy.fault = () => undefined
        assert.ok((await first.ended) instanceof LeaseLostError)
      })
    }

    it('has a leader stop at once that finds another holder in the Lease', async () => {
      const first = await start('first')
      await eventuallyPasses(() => assert.ok(first.leads))
      const client = createKubeClient({ credentials: server.credentials })
      const ref = { type: RESOURCES.leases, namespace: server.namespace, name: leaseName }
      const theft = { spec: { holderIdentity: 'thief', leaseDurationSeconds: 60 } }
      await client.mergePatch(ref, theft, { fieldManager: 'thief' })
      const stolenAt = Date.now()
      await eventuallyPasses(() => assert.equal(first.leads, false), 5 * timing.leaseMs)
      assert.ok(Date.now() - stolenAt < timing.renewDeadlineMs - 200, `took ${Date.now() - stolenAt} ms`)
      assert.ok((await first.ended) instanceof LeaseLostError)
      assert.equal((await readLease())?.spec.holderIdentity, 'thief', 'a Lease of another is not given back')
    })

    it('ends with the error of its work, and gives the Lease back', async () => {
      const only = await start('only', () => Promise.reject(new Error('the work failed')))
      assert.match(String(await only.ended), /the work failed/)
      assert.equal((await readLease())?.spec.holderIdentity, '')
    })

    it('lets a replica go on leading that restarts under the same identity', async () => {
      await putLease({ holderIdentity: 'same', leaseDurationSeconds: 60, leaseTransitions: 7 })
      const again = await start('same')
      await eventuallyPasses(() => assert.ok(again.leads))
      assert.equal((await readLease())?.spec.leaseTransitions, 7)
    })
  })
}
