/** `kubectl apply` of each example works, and `helm install` of the chart too, as far as an API server can tell. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolPath } from '../../deploy/toolchain/build.ts'
import type { BareApiServer } from '../support/api-server/bare-api-server.ts'
import { startBareApiServer } from '../support/api-server/bare-api-server.ts'

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

  it('the chart refuses to be installed without a registry, and says what is needed', () =>
    assert.rejects(
      helm('install', 'odigos', 'deploy/helm', '-n', 'odigos-system', '--create-namespace'),
      /image\.registry is needed/,
    ))

  it('the chart refuses a value that it does not know', () =>
    assert.rejects(
      helm('template', 'odigos', 'deploy/helm', '--set', 'image.registry=r', '--set', 'webhook.replica=3'),
      /additional properties 'replica' not allowed/,
    ))

  it('the chart installs with its CRDs, and upgrades', async () => {
    const values = ['--set', 'image.registry=registry.example.com/odigos', '--set-string', 'image.tag=1']
    const args = ['odigos', 'deploy/helm', '-n', 'odigos-system', ...values]
    await helm('install', ...args, '--create-namespace')
    assert.match(await kubectl('get', 'crd'), /instrumentationconfigs\.odigos\.io/)
    assert.match(await helm('upgrade', ...args, '--set', 'webhook.replicas=3'), /STATUS: deployed/)
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
