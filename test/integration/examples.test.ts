/** `kubectl apply` of each example works, and `helm install` of the chart too, as far as an API server can tell. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { writeFile } from 'node:fs/promises'
import { parseAllDocuments } from 'yaml'
import { OTLP_GRPC_PORT } from '../../src/api/names.ts'
import { dedicatedGroupName, LANES } from '../../src/api/routing/lanes.ts'
import { componentOf } from '../../src/controllers/autoscaler/owned/object.ts'
import { toolPath } from '../../deploy/toolchain/build.ts'
import type { BareApiServer } from '../support/api-server/bare-api-server.ts'
import { startBareApiServer } from '../support/api-server/bare-api-server.ts'
import { foreignCrds } from '../support/api-server/foreign-crds.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const examples = globSync('examples/{*,shop/manifests/*,workloads/*}.yaml', { cwd: root }).toSorted()

describe('examples on a real API server', function () {
  this.timeout(120_000)
  let server: BareApiServer
  const kubectl = async (...args: string[]): Promise<string> =>
    (await run(toolPath('kubectl'), ['--kubeconfig', server.kubeconfig(), ...args], { cwd: root })).stdout
  const helm = async (...args: string[]): Promise<string> =>
    (await run(toolPath('helm'), ['--kubeconfig', server.kubeconfig(), ...args], { cwd: root })).stdout

  before(async () => {
    server = await startBareApiServer()
  })
  after(() => server.stop())

  it('the chart refuses to be installed without a registry, and names the value', () =>
    assert.rejects(
      helm('install', 'odigos', 'deploy/helm', '-n', 'odigos-system', '--create-namespace'),
      /image\.registry is required/,
    ))

  it('the chart refuses a value that it does not know', () =>
    assert.rejects(
      helm('template', 'odigos', 'deploy/helm', '--set', 'image.registry=r', '--set', 'webhook.replica=3'),
      /additional properties 'replica' not allowed/,
    ))

  const values = ['--set', 'image.registry=registry.example.com/odigos', '--set-string', 'image.tag=1']
  const args = ['odigos', 'deploy/helm', '-n', 'odigos-system', ...values]
  const crds = (...names: string[]): string[] => names.map((name) => `crd/${name}.odigos.io`)

  it('the chart refuses a cluster that holds definitions of another product', async () => {
    const file = join(server.dir, 'foreign.json')
    await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: foreignCrds }))
    await kubectl('create', '-f', file)
    await kubectl('wait', '--for=condition=Established', ...crds('destinations', 'sources'))
    const before = await kubectl('get', 'crd', '-o', 'json')
    const refusal = /belong to another product: destinations\.odigos\.io, sources\.odigos\.io\..*Uninstall that product/
    await assert.rejects(helm('install', ...args, '--create-namespace'), refusal)
    assert.equal(await kubectl('get', 'crd', '-o', 'json'), before)
    await kubectl('delete', '-f', file)
  })

  it('the chart refuses the namespace of another product', async () => {
    await kubectl('create', 'namespace', 'taken')
    await kubectl('label', 'namespace', 'taken', 'odigos.io/system-object=true')
    const other = ['odigos', 'deploy/helm', '-n', 'taken', ...values]
    await assert.rejects(helm('install', ...other), /the namespace taken belongs to another product/)
  })

  it('the chart lets collectors send to the gateways of all lanes, and nobody else', async () => {
    interface Policy {
      metadata: { name: string }
      spec: { podSelector: Selector; ingress: { from?: { podSelector: Selector }[]; ports: { port: number }[] }[] }
    }
    interface Selector {
      matchExpressions: { values: string[] }[]
    }
    const text = await helm('template', ...args, '--show-only', 'templates/network-policies.yaml')
    const policies = parseAllDocuments(text).map((document) => document.toJS() as Policy)
    const policy = policies.find(({ metadata }) => metadata.name === 'odigos-gateway')
    const components = ({ matchExpressions }: Selector): string[] => matchExpressions.flatMap(({ values: all }) => all)
    const gateways = ['gateway', ...Array.from({ length: LANES }, (_, lane) => componentOf(dedicatedGroupName(lane)))]
    assert.ok(policy)
    assert.deepEqual(components(policy.spec.podSelector), gateways)
    const senders =
      policy.spec.ingress.find(({ ports }) => ports.some(({ port }) => port === OTLP_GRPC_PORT))?.from ?? []
    assert.deepEqual(
      senders.flatMap(({ podSelector }) => components(podSelector)),
      [...gateways, 'node-collector'],
    )
  })

  it('the chart installs beside CRDs of the release before, as kubectl applied them, and upgrades', async () => {
    await kubectl('apply', '--server-side', '-f', 'test/fixtures/crds-0.1.0')
    await helm('install', ...args, '--create-namespace')
    // In the instrumentor's place, which does not run here.
    await kubectl('apply', '--server-side', '--force-conflicts', '-f', 'crds')
    assert.match(
      await helm('upgrade', ...args, '--set', 'webhook.replicas=3', '--set', 'dashboard.enabled=true'),
      /STATUS: deployed/,
    )
    assert.match(await kubectl('get', 'deployment', '-n', 'odigos-system'), /odigos-webhook +0\/3/)
  })

  for (const example of examples) {
    it(example, async () => {
      assert.match(await kubectl('apply', '-f', example), /created|configured|unchanged/)
    })
  }

  it('each kind has an example or is made by the system', async () => {
    assert.match(await kubectl('get', 'destinations,actions,instrumentationrules,odigosconfigs', '-A'), /odigosconfig/)
  })
})
