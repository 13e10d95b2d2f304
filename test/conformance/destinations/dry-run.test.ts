/** What a real gateway counts of Actions in mode DryRun is what it drops when they are enforced. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Action } from '../../../src/api/kinds/action.ts'
import { actionSpec } from '../../../src/api/kinds/action.ts'
import { createDryRunRunner } from '../../../src/controllers/autoscaler/dry-run/runner.ts'
import { createLog } from '../../../src/process/log.ts'
import { collectorBinary } from '../../support/telemetry/collector-binary.ts'
import type { ActionScene, SentRecord } from '../../support/telemetry/record-scene.ts'
import { startActionScene } from '../../support/telemetry/record-scene.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'

const ACTIONS: Record<string, object> = {
  sampling: { type: 'SampleTraces', sampleTraces: { ratio: 0.3, noise: 'Drop' } },
  'a sampler with a rule': {
    type: 'SampleTraces',
    sampleTraces: { ratio: 0, rules: [{ service: 'cart', ratio: 0.5 }] },
  },
  dropping: {
    type: 'DropTelemetry',
    signals: ['traces', 'logs'],
    dropTelemetry: { attributes: [{ name: 'http.route', pattern: '^/health' }] },
  },
}
/** Changes what the others decide by, which they must not see. */
const DELETING = { type: 'DeleteAttributes', signals: ['traces', 'logs'], deleteAttributes: ['http.route', 'url.path'] }
const RECORDS: SentRecord[] = Array.from({ length: 400 }, (_, index) => ({
  traceId: randomBytes(16).toString('hex'),
  attributes: { 'http.route': index % 4 === 0 ? '/healthz' : '/carts', 'url.path': '/carts' },
  resource: { 'service.name': index % 3 === 0 ? 'cart' : 'pricing', 'k8s.namespace.name': 'shop' },
}))
const inShop = { namespaces: ['shop'] }

describe('Actions in mode DryRun in a real gateway', function () {
  this.timeout(60_000)
  let binary = ''
  let scene: ActionScene | undefined
  before(function () {
    const found = collectorBinary()
    if (!found) return this.skip()
    binary = found
  })
  afterEach(async () => {
    await scene?.end()
    scene = undefined
  })

  const start = async (...specs: object[]): Promise<ActionScene> =>
    (scene = await startActionScene(binary, specs, inShop))

  for (const [name, spec] of Object.entries(ACTIONS))
    it(`count what they drop when they are enforced: ${name}`, async () => {
      const enforced = await start({ ...spec }, DELETING)
      const left = (await enforced.pass('traces', RECORDS)).length
      await enforced.end()
      assert.ok(left > 0 && left < RECORDS.length, `${left} of ${RECORDS.length} were left`)

      const { pass, seenAddress } = await start({ ...spec, mode: 'DryRun' }, DELETING)
      const action: Action = {
        apiVersion: 'odigos.io/v1alpha1',
        kind: 'Action',
        metadata: { name: 'action-0', namespace: 'odigos-system', generation: 1 },
        spec: actionSpec.parse({ ...spec, mode: 'DryRun' }),
      }
      let nowMs = Date.now()
      const runner = createDryRunRunner({
        pods: () => [
          {
            metadata: { namespace: 'odigos-system', name: 'odigos-gateway-0', uid: 'g' },
            group: 'odigos-gateway',
            seenAddress,
            damaged: [],
          },
        ],
        actions: () => [action],
        log: createLog('test', 'silent'),
        signal: new AbortController().signal,
        nowMs: () => nowMs,
        onNews: () => undefined,
      })
      await runner.readAll()
      assert.equal((await pass('traces', RECORDS)).length, RECORDS.length, 'something was dropped')
      await eventuallyPasses(async () => {
        nowMs += 61_000
        await runner.readAll()
        // With the one that comes last.
        const { items, dropped } =
          runner
            .view()
            .get('action-0')
            ?.signals.find(({ signal }) => signal === 'traces') ?? {}
        assert.deepEqual({ items, dropped }, { items: RECORDS.length + 1, dropped: RECORDS.length - left })
      })
    })
})
