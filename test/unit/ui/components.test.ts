/** What components render of a cluster in use, and what each shows or leaves out. */
import assert from 'node:assert/strict'
import { createKubeClient } from '../../../src/kube/http/client.ts'
import { catalogue } from '../../../src/destinations/catalogue.ts'
import type { ClusterView } from '../../../src/view/view.ts'
import { typeLookup } from '../../../src/operations/catalogue.ts'
import { watchCluster } from '../../../src/operations/watch-cluster.ts'
import { actionView } from '../../../src/view/objects/action-view.ts'
import { clusterView } from '../../../src/view/cluster-view.ts'
import { eventuallyPasses } from '../../../tools/eventually.ts'
import { startFakeApiServer } from '../../support/api-server/fake-api-server.ts'
import { renderComponent } from '../../support/ui/render-component.ts'
import { putShopInUse } from '../../support/ui/ui-scene.ts'

/** The scene as the watches of the UI's server see it. */
const shopInUse = async (): Promise<ClusterView> => {
  await using server = await startFakeApiServer()
  const stopping = new AbortController()
  const client = createKubeClient({ credentials: server.credentials, signal: stopping.signal })
  await putShopInUse(client)
  const namespace = 'odigos-system'
  const cluster = watchCluster({ client, signal: stopping.signal, namespace, onError: () => undefined })
  await eventuallyPasses(() => assert.deepEqual(cluster.observe().missing, []))
  const view = clusterView(cluster.observe(), { types: typeLookup, systemNamespace: namespace })
  stopping.abort()
  return view
}

describe('components of the UI', () => {
  let view: ClusterView
  before(async () => {
    view = await shopInUse()
  })

  const html = (file: string, name: string, props: object): Promise<string> =>
    renderComponent(view, [file, name], props)
  const workload = (id: string) => view.workloads[`shop/${id}`]!
  const row = (id: string) => html('workloads/workload-row.tsx', 'WorkloadRow', { workload: workload(id) })

  it('a restart button says what it runs, one command a line', async () => {
    const targets = ['cart', 'catalogue'].map((name) => ({ kind: 'Deployment', namespace: 'shop', name }))
    assert.equal(
      await html('workloads/restart-button.tsx', 'RestartButton', { targets, label: 'Restart 2' }),
      '<button class="button small" type="button" title="kubectl rollout restart deployment/cart -n shop\n' +
        'kubectl rollout restart deployment/catalogue -n shop">Restart 2</button>',
    )
  })
  it('a receipt is asked for by a button, and shows the command that does the same', async () => {
    const card = await html('receipt.tsx', 'ReceiptCard', { target: { destination: 'backend' } })
    assert.match(card, /<button class="button small" type="button">Send a probe<\/button>/)
    assert.match(card, /kubectl create -f \/dev\/null --raw .*\/proxy\/receipt\?destination=backend/)
  })
  it('a connection is tested by a button, and the result of each signal has words and a remedy', async () => {
    const idle = { begin: () => Promise.resolve(), busy: false, error: undefined, report: undefined }
    const shown = (test: object) =>
      html('destinations/connection-test.tsx', 'ConnectionTest', { test: { ...idle, ...test } })
    const before = await shown({})
    assert.match(before, /<button class="button" type="button">Test connection<\/button>/)
    assert.match(before, /kubectl create -f FILE --raw .*\/proxy\/connection-test/)
    assert.match(await shown({ busy: true }), /disabled="">Testing the connection…/)
    const signals = [
      {
        signal: 'traces',
        outcome: 'Passed',
        reason: 'Delivering',
        message: 'the backend accepted a probe after 0.1 s',
      },
      { signal: 'logs', outcome: 'Stopped', reason: 'AllDataRejected', message: 'it says 401', remedy: 'check key a' },
      { signal: 'metrics', outcome: 'Unknown', reason: 'AnswerNotSeen', message: 'not seen' },
    ]
    const after = await shown({ report: { probe: 'p', sentTime: '', durationMs: 1, signals } })
    assert.match(after, /data-tested="traces" data-outcome="Passed">.*accepted<.*after 0\.1 s\./)
    assert.match(after, /data-tested="logs" data-outcome="Stopped">.*failed<.*It says 401\..*Check key a\./)
    assert.match(after, /data-tested="metrics" data-outcome="Unknown">.*not known<.*condition Delivering/)
  })
  it('facts that are not known are left out', async () => {
    const facts = [
      ['Agent', 'python'],
      ['C library', undefined],
    ]
    assert.equal(
      await html('facts.tsx', 'Facts', { facts }),
      '<dl class="facts"><div><dt>Agent</dt><dd>python</dd></div></dl>',
    )
  })
  it('a row calls for the restart that it needs, and names the workload for screen readers', async () => {
    assert.match(await row('Deployment/cart'), /<button class="button small" [^>]*aria-label="Restart Deployment cart"/)
  })
  it('a row of a workload that is well has a quiet button', async () => {
    const html = await row('Deployment/storefront')
    assert.match(html, /<button class="button small ghost"/)
    assert.match(html, /Node\.js.*24\.21\.0.*badge tone-good.*2<span class="muted"> \/ 2/)
  })
  it('a row of a CronJob has no button, because its next run takes the agent', async () => {
    const html = await row('CronJob/invoices')
    assert.doesNotMatch(html, /Restart/)
    assert.match(html, /role="switch" aria-checked="true"/)
  })
  it('conditions come with what they mean and what helps, and none is glad that a restart is required', async () => {
    const { conditions } = workload('Deployment/cart')
    const text = await html('conditions.tsx', 'Conditions', { conditions })
    assert.match(text, /tone-warn" data-condition="RestartRequired".*Remedy: /)
    assert.match(text, /tone-good" data-condition="Detected"/)
    assert.equal(await html('conditions.tsx', 'Conditions', { conditions: [] }), '')
  })
  it('telemetry comes with the time of each signal, and the cause where nothing arrives', async () => {
    const card = (id: string) => html('workloads/telemetry-card.tsx', 'TelemetryCard', { workload: workload(id) })
    const seen = await card('Deployment/storefront')
    assert.match(seen, /data-signal="traces"><dt>Last traces<\/dt><dd><time dateTime="2026-11-23T10:00:00Z"/)
    assert.match(seen, /data-signal="metrics"><dt>Last metrics<\/dt><dd>none yet/)
    assert.doesNotMatch(seen, /data-cause|data-signal="logs"/)
    assert.match(
      await card('Deployment/pricing'),
      /tone-warn" data-cause="AgentStoodBack".*left the processes.*Remedy: /,
    )
    assert.equal(await card('StatefulSet/postgres'), '', 'nothing is expected without a pipeline')
  })
  it('a container shows what its processes report', async () => {
    const card = (id: string) =>
      html('workloads/container-card.tsx', 'ContainerCard', { container: workload(id).containers[0] })
    const loaded = await card('Deployment/storefront')
    assert.match(loaded, /data-reported="Loaded".*tone-good.*AgentLoaded.*nodejs 1\.2\.3.*<dd>2<.*left alone.*<dd>1</)
    const failed = await card('Deployment/pricing')
    assert.match(failed, /data-reported="Failed".*tone-warn.*AgentFailed.*no permission to load a probe.*Remedy: /)
    assert.doesNotMatch(await card('Deployment/cart'), /data-reported/)
  })
  it('a destination shows its figures, and the last error in the words of the backend', async () => {
    const error = { time: '2026-01-01T00:00:00Z', cause: 'Credentials', message: 'HTTP 401 <Unauthorized>' }
    const figures = { signal: 'traces', sent: 0, failed: 12_000, dropped: 0, lastError: error }
    const queue = { queuedBytes: 3 * 2 ** 20, queueCapacityBytes: 2 ** 30 }
    const delivery = { updatedTime: '2026-01-01T00:00:00Z', signals: [{ ...figures, ...queue }] }
    const text = await html('destinations/delivery-figures.tsx', 'DeliveryFigures', { delivery })
    assert.match(text, /data-delivery="traces".*Rejected by the backend<\/dt><dd>12,000<.*3 MiB of 1 GiB</)
    assert.match(text, /Last error .*HTTP 401 &lt;Unauthorized&gt;/)
    assert.doesNotMatch(text, /Last accepted/)
  })
  it('a problem stands at its field, where a screen reader finds it', async () => {
    const field = catalogue.get('otlp')!.fields.find(({ name }) => name === 'endpoint')!
    const problem = 'the endpoint is empty'
    const text = await html('destinations/field.tsx', 'Field', { field, value: '', problem, isStored: false })
    assert.match(
      text,
      /<input id="field-endpoint"[^>]* aria-invalid="true" aria-describedby="field-endpoint-problem[ "]/,
    )
    assert.match(text, /<p class="problem" id="field-endpoint-problem" role="alert">the endpoint is empty<\/p>/)
  })
  it('a secret that is stored is neither shown nor required again', async () => {
    const field = [...catalogue.values()]
      .flatMap(({ fields }) => fields)
      .find(({ secret, required }) => secret && required)!
    const text = await html('destinations/field.tsx', 'Field', { field, value: '', isStored: true })
    assert.match(
      text,
      /aria-required="false" type="password"[^>]*placeholder="stored; enter a new value to replace it"/,
    )
  })

  it('a workload shows how far its telemetry comes, with the command that mends it', async () => {
    const card = await html('workloads/way-card.tsx', 'WayCard', { workload: workload('Deployment/cart') })
    assert.match(card, /data-step="Pods" data-outcome="stopped"/)
    assert.match(card, /<pre tabindex="0">kubectl rollout restart deployment\/cart -n shop<\/pre>/i)
    assert.match(card, /data-step="Telemetry" data-outcome="later"/)
  })

  it('actions are shown with their object, and what a dry run counts', async () => {
    const action = actionView({
      apiVersion: 'odigos.io/v1alpha1',
      kind: 'Action',
      metadata: { name: 'health', namespace: 'odigos-system' },
      spec: { type: 'DropTelemetry', signals: ['traces'], dropTelemetry: { attributes: [] }, mode: 'DryRun' },
      status: {
        dryRun: { sinceTime: '2026-01-01T00:00:00Z', signals: [{ signal: 'traces', items: 12_000, dropped: 300 }] },
      },
    } as never)
    const list = await renderComponent(
      { ...view, actions: { health: action } },
      ['pipeline/action-list.tsx', 'ActionList'],
      {},
    )
    assert.match(list, /data-action="health"/)
    assert.match(list, /300 of 12,000 would have been dropped/)
    assert.match(list, /kind: Action\nmetadata:\n {2}name: health/)
    assert.match(await html('pipeline/action-list.tsx', 'ActionList', {}), /No actions yet/)
  })

  it('each group of collectors shows what it says of itself', async () => {
    const list = await html('pipeline/collector-list.tsx', 'CollectorList', {})
    assert.match(list, /data-group="odigos-gateway"[^]*1 of 2[^]*RollingOut/)
    assert.match(list, /kubectl get pods -n odigos-system -l odigos.io\/component=node-collector/)
  })

  it('settings tell where their values come from', async () => {
    const list = await html('settings-list.tsx', 'SettingsList', {})
    assert.match(list, /data-setting="rollout.maxConcurrent" data-set="false"[^]*?<code>2<\/code>/)
    assert.match(list, /kubectl edit odigosconfig odigos -n odigos-system/)
  })
})
