import assert from 'node:assert/strict'
import type { InstrumentationConfig } from '../../../../../src/api/kinds/instrumentation-config.ts'
import type { Receipt } from '../../../../../src/api/reports/receipt.ts'
import type { CollectorPodView } from '../../../../../src/controllers/autoscaler/delivery/collector-pod-view.ts'
import { NOTHING_READ } from '../../../../../src/controllers/autoscaler/delivery/flow/flow.ts'
import type { ReceiptRequest } from '../../../../../src/controllers/autoscaler/receipt/receipt.ts'
import { createReceipts } from '../../../../../src/controllers/autoscaler/receipt/receipt.ts'
import { createReceiptService } from '../../../../../src/controllers/autoscaler/receipt/service.ts'
import { agentHop, workloadResource } from '../../../../../src/controllers/autoscaler/receipt/subject.ts'
import { createLog } from '../../../../../src/process/log.ts'

const WORKLOAD = { namespace: 'shop', kind: 'Deployment', name: 'cart' }
const RECEIPT = { probe: 'p' } as Receipt

const ask = (service: ReturnType<typeof createReceiptService>, query: string) => service(new URLSearchParams(query), '')

describe('the service of receipts', () => {
  const asked: ReceiptRequest[] = []
  const service = createReceiptService((request) => {
    asked.push(request)
    return Promise.resolve(RECEIPT)
  })
  beforeEach(() => void asked.splice(0))

  it('reads what a receipt is to be about', async () => {
    assert.deepEqual(await ask(service, 'namespace=shop&kind=Deployment&name=cart&node=n-1'), {
      status: 200,
      body: RECEIPT,
    })
    await ask(service, 'destination=backend')
    assert.deepEqual(asked, [{ workload: WORKLOAD, node: 'n-1' }, { destination: 'backend' }])
  })

  const wrong: [string, RegExp][] = [
    ['', /namespace: .*; kind: .*; name: .*; give namespace, kind and name of a workload, or destination/],
    ['namespace=shop&kind=deployment&name=cart', /kind: .*Deployment/],
    ['namespace=shop&kind=Deployment&name=../secrets', /name: is no name of an object/],
    ['destination=a/b', /destination: is no name/],
    ['destination=a&name=b', /name/],
  ]
  for (const [query, message] of wrong)
    it(`refuses '${query}', and says what is possible`, async () => {
      const { status, body } = await ask(service, query)
      assert.equal(status, 400)
      assert.match((body as { error: string }).error, message)
      assert.deepEqual(asked, [])
    })

  it('makes one receipt at a time', async () => {
    let end: (receipt: Receipt) => void = () => undefined
    const slow = createReceiptService(() => new Promise((resolve) => (end = resolve)))
    const first = ask(slow, 'destination=a')
    assert.equal((await ask(slow, 'destination=a')).status, 429)
    end(RECEIPT)
    assert.equal((await first).status, 200)
    const again = ask(slow, 'destination=a')
    end(RECEIPT)
    assert.equal((await again).status, 200)
  })

  const receipts = (pods: readonly CollectorPodView[]) =>
    createReceiptService(
      createReceipts({
        client: { request: () => Promise.reject(new Error('none')), get: () => Promise.resolve(undefined) },
        log: createLog('test', 'silent'),
        signal: new AbortController().signal,
        nowMs: Date.now,
        namespace: 'odigos-system',
        pods: () => pods,
        destinations: () => [],
        actions: () => [],
        flow: () => NOTHING_READ,
        selectable: () => ({ namespaces: [], workloads: [] }),
      }),
    )
  const problemOf = async (pods: readonly CollectorPodView[], query: string): Promise<string> => {
    const { status, body } = await ask(receipts(pods), query)
    assert.equal(status, 422)
    return (body as { error: string }).error
  }
  const node: CollectorPodView = {
    metadata: { namespace: 'odigos-system', name: 'odigos-node-collector-x', uid: 'x' },
    group: 'odigos-node-collector',
    node: 'n-1',
    damaged: [],
  }

  it('tells that there is nothing to follow', async () => {
    const workload = 'namespace=shop&kind=Deployment&name=cart'
    assert.match(
      await problemOf([], workload),
      /^no node collector exists; inspect the DaemonSet odigos-node-collector/,
    )
    assert.match(await problemOf([node], workload), /^no node collector is ready; inspect/)
    assert.match(await problemOf([node], `${workload}&node=n-2`), /^no node collector exists on node n-2;/)
    assert.match(await problemOf([node], 'destination=gone'), /^no Destination in odigos-system .* has the name gone/)
  })
})

describe('the subject of a receipt', () => {
  const config = (status: InstrumentationConfig['status']): InstrumentationConfig => ({
    apiVersion: 'odigos.io/v1alpha1',
    kind: 'InstrumentationConfig',
    metadata: { namespace: 'shop', name: 'deployment-cart' },
    spec: {
      workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
      serviceName: 'basket',
      containers: [],
    },
    ...(status ? { status } : {}),
  })

  it('has the resource of the workload, and no pod', () => {
    assert.deepEqual(workloadResource(WORKLOAD, config({})), {
      'service.name': 'basket',
      'k8s.namespace.name': 'shop',
      'k8s.deployment.name': 'cart',
    })
    assert.equal(workloadResource(WORKLOAD, undefined)['service.name'], 'cart')
  })

  it('has the state of the agent as it was seen', () => {
    const said = (status: InstrumentationConfig['status']): string => {
      const { outcome, reason, message } = agentHop(WORKLOAD, config(status))
      return `${outcome} ${reason}: ${message}`
    }
    const condition = {
      type: 'Instrumented',
      status: 'False' as const,
      reason: 'NothingArrives' as const,
      message: 'nothing arrives',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    }
    assert.match(
      said({ state: 'Instrumented', lastSeen: { traces: '2026-01-01T00:00:00Z' } }),
      /^Passed TelemetryArrives: last arrived: traces at 2026/,
    )
    assert.match(
      said({ state: 'NothingArrives', cause: 'ServerNotInstrumented', conditions: [condition] }),
      /^Stopped ServerNotInstrumented: Deployment\/cart is NothingArrives: nothing arrives$/,
    )
    assert.match(said(undefined), /^Unknown undefined: Deployment\/cart has no state yet/)
    assert.equal(agentHop(WORKLOAD, undefined).reason, 'NotOptedIn')
  })
})
