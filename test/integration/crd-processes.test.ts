/** The processes themselves, with the rights that the chart gives them, in a cluster where another product lives. */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolPath } from '../../deploy/toolchain/build.ts'
import { PROCESSES } from '../../tools/bundle.ts'
import { crdName } from '../../src/api/crd.ts'
import { KINDS } from '../../src/api/kinds/index.ts'
import type { BareApiServer } from '../support/api-server/bare-api-server.ts'
import { startBareApiServer } from '../support/api-server/bare-api-server.ts'
import { eventuallyPasses } from '../../tools/eventually.ts'
import { foreignCrds } from '../support/api-server/foreign-crds.ts'
import { freePort } from '../support/api-server/free-port.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const NAMES = ['instrumentor', 'scheduler', 'autoscaler', 'webhook'] as const
const userOf = (name: string): string => `system:serviceaccount:odigos-system:odigos-${name}`

describe('processes beside another product', function () {
  this.timeout(120_000)
  let server: BareApiServer
  let tlsDir: string
  const children: ChildProcess[] = []
  const ports = new Map<string, number>()

  const kubectl = async (args: string[], stdin?: string): Promise<string> => {
    const running = run(toolPath('kubectl'), ['--kubeconfig', server.kubeconfig(), ...args])
    if (stdin !== undefined) running.child.stdin?.end(stdin)
    return (await running).stdout
  }
  const readiness = async (name: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${ports.get(name)}/readyz`)).text()
  const startProcess = async (name: (typeof NAMES)[number]): Promise<void> => {
    const [metricsPort, port] = [await freePort(), await freePort()]
    const env = {
      PATH: process.env['PATH'],
      KUBECONFIG: server.kubeconfig(userOf(name)),
      METRICS_PORT: String(metricsPort),
      PORT: String(port),
      TLS_DIR: tlsDir,
      LOG_LEVEL: 'fatal',
    }
    children.push(spawn(process.execPath, [join(root, PROCESSES[name])], { env, stdio: 'inherit' }))
    ports.set(name, metricsPort)
  }

  before(async () => {
    tlsDir = await mkdtemp(join(tmpdir(), 'odigos-tls-'))
    server = await startBareApiServer(NAMES.map(userOf))
    const chart = ['template', 'odigos', 'deploy/helm', '-n', 'odigos-system', '--set', 'image.registry=none']
    const { stdout } = await run(toolPath('helm'), chart, { cwd: root })
    await kubectl(['create', 'namespace', 'odigos-system'])
    await kubectl(['apply', '-f', '-'], stdout)
    await kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: foreignCrds }))
    const names = foreignCrds.map(({ metadata }) => `crd/${metadata.name}`)
    await kubectl(['wait', '--for=condition=Established', ...names])
    for (const name of NAMES) await startProcess(name)
  })
  after(async () => {
    for (const child of children) child.kill('SIGKILL')
    await server?.stop()
    await rm(tlsDir, { recursive: true, force: true })
  })

  it('all refuse to work, say so, and touch nothing of it', async () => {
    const before = await kubectl(['get', 'crd', '-o', 'json'])
    for (const name of NAMES)
      await eventuallyPasses(
        async () =>
          assert.match(
            await readiness(name),
            /crds: .*destinations\.odigos\.io, .* belong to another product.*Uninstall/,
          ),
        90_000,
      )
    await eventuallyPasses(async () => {
      const args = ['describe', 'deployment', '-n', 'odigos-system', 'odigos-instrumentor']
      assert.match(await kubectl(args), /Warning\s+ForeignDefinitions .*belong to another product/)
    })
    assert.equal(await kubectl(['get', 'crd', '-o', 'json']), before)
  })

  it('begin to work when it is gone, with definitions that the instrumentor brings', async () => {
    await kubectl(['delete', 'crd', ...foreignCrds.map(({ metadata }) => metadata.name)])
    for (const name of NAMES)
      await eventuallyPasses(async () => {
        const text = await readiness(name)
        if (name === 'webhook') assert.equal(text, 'certificate: no certificate yet\n')
        else assert.equal(text, 'ok\n')
      }, 90_000)
    assert.deepEqual(
      (await kubectl(['get', 'crd', '-o', 'name'])).trim().split('\n').toSorted(),
      KINDS.map((kind) => `customresourcedefinition.apiextensions.k8s.io/${crdName(kind)}`).toSorted(),
    )
  })
})
