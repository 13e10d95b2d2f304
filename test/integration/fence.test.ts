/**
 * What the accounts of the chart can change of namespaces and workloads, with its permissions and policies and a real API server.
 * FENCE_WRITES=10000 tries more.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { toolPath } from '../../deploy/toolchain/build.ts'
import type { KubeObject } from '../../src/api/kubernetes.ts'
import type { Fields } from '../../src/api/types/fields.ts'
import { restartPatch } from '../../src/api/workloads.ts'
import { renewPatch } from '../../src/controllers/instrumentor/restart/renewal.ts'
import { KubeError } from '../../src/kube/http/error.ts'
import { resourceOfKind } from '../../src/kube/resources.ts'
import type { KubeClient, ObjectRef } from '../../src/kube/types.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import { setChoice } from '../../src/operations/instrument.ts'
import type { HostileWrite } from '../support/admission/hostile-writes.ts'
import { hostileWrite, merged, untouchable } from '../support/admission/hostile-writes.ts'
import type { BareApiServer } from '../support/api-server/bare-api-server.ts'
import { startBareApiServer } from '../support/api-server/bare-api-server.ts'
import { clientFrom } from '../support/api-server/kubeconfig-client.ts'
import { createCrds } from '../support/api-server/our-crds.ts'
import { renderChart } from '../support/instrumentor/dry-run-scene.ts'

const WRITES = Number(process.env['FENCE_WRITES'] ?? 300)
const NAMES = ['ui', 'instrumentor', 'webhook'] as const
const account = (name: string): string => `system:serviceaccount:odigos-system:odigos-${name}`
const OWNER = { fieldManager: 'owner' }

const POD = {
  metadata: { labels: { app: 'a', mine: 'x' }, annotations: { mine: 'x' } },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
}
const RUN = { ...POD, spec: { ...POD.spec, restartPolicy: 'Never' } }
const SELECTED = { minReadySeconds: 5, selector: { matchLabels: { app: 'a' } }, template: POD }

const SPECS: readonly [apiVersion: string, kind: string, spec: object][] = [
  ['apps/v1', 'Deployment', { replicas: 2, ...SELECTED }],
  ['apps/v1', 'StatefulSet', { serviceName: 'a', ...SELECTED }],
  ['apps/v1', 'DaemonSet', SELECTED],
  ['batch/v1', 'CronJob', { schedule: '0 0 1 1 *', jobTemplate: { spec: { template: RUN } } }],
  ['batch/v1', 'Job', { template: RUN }],
]

const refOf = ({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): ObjectRef => {
  const type = resourceOfKind(kind, apiVersion)
  assert.ok(type)
  return { type, name, ...(namespace === undefined ? {} : { namespace }) }
}

const objects = (namespace: string): KubeObject[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { mine: 'x' } } },
  ...SPECS.map(([apiVersion, kind, spec]) => ({
    apiVersion,
    kind,
    metadata: { namespace, name: 'a', labels: { mine: 'x' }, annotations: { mine: 'x' } },
    spec,
  })),
]

describe('the fence around our accounts, with a real API server', function () {
  this.timeout(300_000 + 500 * WRITES)
  let server: BareApiServer
  let owner: KubeClient
  const clients = new Map<string, KubeClient>()
  const targets = [...objects('shop'), ...objects('kube-shop')]

  const clientOf = (name: string): KubeClient => {
    const client = clients.get(name)
    assert.ok(client)
    return client
  }

  before(async () => {
    server = await startBareApiServer(NAMES.map(account))
    owner = await clientFrom(server.kubeconfig())
    for (const name of NAMES) clients.set(name, await clientFrom(server.kubeconfig(account(name))))
    await createCrds(owner)
    const system = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'odigos-system' } }
    for (const object of [system, ...targets]) await owner.apply(refOf(object).type, object, OWNER)
    const input = await renderChart(true)
    execFileSync(toolPath('kubectl'), ['--kubeconfig', server.kubeconfig(), 'apply', '-f', '-'], { input })
    // A policy is in force some moments after it was written.
    const probe = refOf(targets[0] as KubeObject)
    let attempts = 0
    await eventuallyPasses(async () => {
      const patch = { metadata: { labels: { probe: `x${attempts++}` } } }
      await assert.rejects(clientOf('ui').mergePatch(probe, patch, { fieldManager: 'probe' }), /odigos-fence/)
    }, 60_000)
    await owner.mergePatch(probe, { metadata: { labels: { probe: null } } }, OWNER)
  })
  after(() => server?.stop())

  const read = async (object: KubeObject): Promise<KubeObject> => {
    const found = await owner.get<KubeObject>(refOf(object))
    assert.ok(found)
    return found
  }

  const writerOf = (name: string) => ({ client: clientOf(name), fieldManager: name })

  it('lets them do what they are there for', async () => {
    const [namespace, ...workloads] = objects('shop')
    assert.ok(namespace)
    const now = new Date().toISOString()
    await setChoice(writerOf('ui'), { target: { kind: 'Namespace', name: 'shop' }, choice: 'enabled' })
    for (const { kind } of workloads)
      if (kind !== 'Job') {
        const target = { kind: kind as 'Deployment', namespace: 'shop', name: 'a' }
        await setChoice(writerOf('ui'), { target, choice: 'enabled' })
        await setChoice(writerOf('ui'), { target, choice: 'inherit' })
      }
    for (const object of workloads.slice(0, 3))
      for (const name of ['ui', 'instrumentor'])
        await clientOf(name).mergePatch(refOf(object), restartPatch(now), { fieldManager: name })
    const job = workloads.at(-1) as KubeObject
    for (const [isSuspended, progress] of [
      [true, 'suspended'],
      [false, 'resumed'],
    ] as const) {
      const patch = renewPatch({ do: 'renew', about: job, isSuspended, progress })
      await clientOf('instrumentor').mergePatch(refOf(job), patch, { fieldManager: 'instrumentor' })
    }
  })

  it('names what they may not change', async () => {
    const [, deployment] = objects('shop')
    assert.ok(deployment)
    const write = clientOf('ui').mergePatch(refOf(deployment), { spec: { replicas: 0 } }, { fieldManager: 'ui' })
    await assert.rejects(write, /of a spec, Odigos may change only the annotation that restarts/)
    const other = { ...deployment, metadata: { ...deployment.metadata, namespace: 'kube-shop' } }
    const restart = clientOf('ui').mergePatch(refOf(other), restartPatch('now'), { fieldManager: 'ui' })
    await assert.rejects(restart, /nothing in namespaces of Kubernetes/)
  })

  it('stands between them and the owner of a workload', async () => {
    const [, deployment] = objects('shop')
    assert.ok(deployment)
    await owner.mergePatch(refOf(deployment), { spec: { replicas: 3 } }, OWNER)
    assert.equal(((await read(deployment))['spec'] as { replicas: number }).replicas, 3)
  })

  it(`changes nothing else by ${WRITES} hostile writes`, async () => {
    let refused = 0
    const send = async (name: string, object: KubeObject, { patch, isApply }: HostileWrite): Promise<boolean> => {
      const { apiVersion, kind, metadata } = object
      const identity = { apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace } }
      const { type } = refOf(object)
      try {
        const client = clientOf(name)
        if (isApply)
          await client.apply(type, merged(identity, patch as Fields) as unknown as KubeObject, {
            ...OWNER,
            force: true,
          })
        else await client.mergePatch(refOf(object), patch, { fieldManager: 'hostile' })
        return true
      } catch (error) {
        if (!(error instanceof KubeError)) throw error
        return false
      }
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...NAMES),
        fc.constantFrom(...targets),
        hostileWrite,
        async (name, object, write) => {
          const before = await read(object)
          if (!(await send(name, object, write))) refused += 1
          const after = await read(object)
          const mayChange = !(object.metadata.namespace ?? object.metadata.name).startsWith('kube-')
          const isUi = name === 'ui'
          assert.deepEqual(mayChange ? untouchable(after, isUi) : after, mayChange ? untouchable(before, isUi) : before)
        },
      ),
      { numRuns: WRITES, endOnFailure: true },
    )
    // One in fifty is allowed; that allowed writes are accepted is shown above.
    assert.ok(refused > WRITES / 2, `${refused} were refused`)
  })
})
