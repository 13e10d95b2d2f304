/** `odigos uninstall` leaves nothing. The last test: nothing works without an installation afterwards. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { toolPath } from '../../deploy/toolchain/build.ts'
import { eventually } from '../../tools/eventually.ts'
import { runCli } from '../support/cli/run-cli.ts'
import { awaitState, configsOf, kubectl, label, podsOf, restart, tracesOfUs } from '../support/cluster/demo.ts'

const kubeconfig = process.env['KUBECONFIG'] ?? ''

const NAMES = ['cart', 'storefront']

describe('odigos uninstall', function () {
  this.timeout(600_000)
  const path = process.env['PATH']
  before(async () => {
    // helm, as a user has it on the PATH.
    process.env['PATH'] = `${dirname(toolPath('helm'))}:${path}`
    await label('shop', 'enabled')
    // The test before has opted it out; by itself, this one finds it instrumented.
    await eventually('new pods get agents', 150, async () => {
      const configs = await configsOf('shop')
      return NAMES.every((name) => ['RestartRequired', 'Instrumented'].includes(configs.get(name)?.status?.state ?? ''))
    })
    await restart('shop')
    await awaitState('shop', NAMES, 'Instrumented')
  })
  after(() => {
    process.env['PATH'] = path
  })

  it('tells what it would do, and does nothing', async () => {
    const { out, exitCode } = await runCli(['uninstall'], { kubeconfig })
    assert.equal(exitCode, 0)
    assert.match(
      out,
      /1\. helm uninstall odigos[^]*restart deployment\/cart in shop[^]*remove \/var\/lib\/odigos on 1 node[^]*--yes/,
    )
    assert.ok((await podsOf('odigos-system')).length > 0)
  })

  it('leaves no trace in workloads, namespaces, objects of the cluster and folders of nodes', async () => {
    const { out, err, exitCode } = await runCli(['uninstall', '--yes'], { kubeconfig })
    assert.equal(exitCode, 0, `${err}\n${out}`)
    for (const pod of await podsOf('shop')) assert.deepEqual(tracesOfUs(pod), [], pod.metadata.name)
    const namespaces = await kubectl.run(['get', 'namespaces', '--show-labels'])
    assert.doesNotMatch(namespaces, /odigos/)
    const kinds =
      'crd,clusterrole,clusterrolebinding,mutatingwebhookconfiguration,validatingadmissionpolicy,validatingadmissionpolicybinding,priorityclass'
    const objects = await kubectl.run(['get', kinds, '-o', 'name'])
    assert.deepEqual(
      objects.split('\n').filter((name) => name.includes('odigos')),
      [],
    )
    assert.ok(!existsSync('/var/lib/odigos'))
  })

  it('finds nothing more to do', async () => {
    const { out } = await runCli(['uninstall'], { kubeconfig })
    assert.match(out, /There is nothing to uninstall/)
  })
})
