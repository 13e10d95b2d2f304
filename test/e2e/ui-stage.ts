/**
 * Where the journey takes place. With UI_URL: a cluster with all controllers, reached through `kubectl port-forward`.
 * Without: the built UI in front of a bare API server, with the UI's own rights from the chart, and this file as the
 * controllers.
 */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolPath } from '../../deploy/toolchain/build.ts'
import { RESOURCES } from '../../src/kube/resources.ts'
import type { KubeClient } from '../../src/kube/types.ts'
import type { BareApiServer } from '../support/api-server/bare-api-server.ts'
import { startBareApiServer } from '../support/api-server/bare-api-server.ts'
import { clientFrom } from '../support/api-server/kubeconfig-client.ts'
import { putDecision, putFirstDay } from '../support/ui/ui-scene.ts'
import { freePort } from '../support/api-server/free-port.ts'
import { eventually } from '../../tools/eventually.ts'

export interface Stage {
  url: string
  /** A namespace that is not opted in, with the workload that the journey follows. */
  namespace: string
  workload: string
  /** What controllers do when the namespace is opted in, and when the workload is restarted. */
  decide: () => Promise<void>
  afterRestart: () => Promise<void>
  /** That a Secret of Odigos holds this value; looked at only where we may read it. */
  assertSecret: (name: string, key: string, value: string) => Promise<void>
  stop: () => Promise<void>
}

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const UI_USER = 'system:serviceaccount:odigos-system:odigos-ui'

const standalone = join(root, 'ui/.next/standalone')

/** Builds the UI where that was not done. */
const buildUi = async (): Promise<void> => {
  if (existsSync(join(standalone, 'ui/server.js'))) return
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next')
  await run(process.execPath, [next, 'build'], {
    cwd: join(root, 'ui'),
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })
}

const shown = (name: string): string[] => ['-s', `templates/${name}.yaml`]

/** The CRDs, and the rights that the chart gives the UI; no more. */
const install = async (server: BareApiServer): Promise<void> => {
  const kubectl = (...args: string[]) => run(toolPath('kubectl'), ['--kubeconfig', server.kubeconfig(), ...args])
  await kubectl('apply', '-f', join(root, 'crds'))
  await kubectl('create', 'namespace', 'odigos-system')
  const template = ['template', 'odigos', 'deploy/helm', '-n', 'odigos-system', '--set', 'image.registry=none']
  const { stdout } = await run(toolPath('helm'), [...template, ...shown('ui'), ...shown('definitions')], { cwd: root })
  const applied = kubectl('apply', '-f', '-')
  applied.child.stdin?.end(stdout)
  await applied
}

const startUi = async (server: BareApiServer, port: number): Promise<ChildProcess> => {
  await cp(join(root, 'ui/.next/static'), join(standalone, 'ui/.next/static'), { recursive: true })
  const child = spawn(process.execPath, ['--max-old-space-size=192', 'ui/server.js'], {
    cwd: standalone,
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      KUBECONFIG: server.kubeconfig(UI_USER),
      HOSTNAME: '127.0.0.1',
      PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = createWriteStream(join(server.dir, 'ui.log'))
  child.stdout?.pipe(log)
  child.stderr?.pipe(log)
  await eventually(
    `the UI starts (${server.dir}/ui.log)`,
    90,
    async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok,
    200,
  )
  return child
}

const cart = (client: KubeClient, state: 'RestartRequired' | 'Instrumented') =>
  putDecision(client, {
    namespace: 'shop',
    name: 'cart',
    group: 'node',
    container: { language: 'python', runtimeVersion: '3.13.1', agent: 'python', reason: 'AgentSelected' },
    status: {
      state,
      pods: {
        total: 2,
        instrumented: state === 'Instrumented' ? 2 : 0,
        outdated: state === 'Instrumented' ? 0 : 2,
        missed: 0,
      },
    },
  })

const assertSecret = async (client: KubeClient, name: string, key: string, value: string): Promise<void> => {
  const secret = await client.get({ type: RESOURCES.secrets, namespace: 'odigos-system', name })
  const data = (secret?.['data'] ?? {}) as Record<string, string>
  assert.equal(Buffer.from(data[key] ?? '', 'base64').toString('utf8'), value)
}

const bareStage = async (): Promise<Stage> => {
  const [server] = await Promise.all([startBareApiServer([UI_USER]), buildUi()])
  await install(server)
  const client = await clientFrom(server.kubeconfig())
  await putFirstDay(client)
  const port = await freePort()
  const ui = await startUi(server, port)
  return {
    url: `http://localhost:${port}`,
    namespace: 'shop',
    workload: 'shop/Deployment/cart',
    decide: () => cart(client, 'RestartRequired'),
    afterRestart: () => cart(client, 'Instrumented'),
    assertSecret: (name, key, value) => assertSecret(client, name, key, value),
    stop: async () => {
      const ended = new Promise((resolve) => ui.once('exit', resolve))
      ui.kill('SIGTERM')
      await ended
      await server.stop()
    },
  }
}

const clusterStage = (url: string): Stage => {
  const namespace = process.env['UI_NAMESPACE'] ?? 'shop'
  return {
    url,
    namespace,
    workload: process.env['UI_WORKLOAD'] ?? `${namespace}/Deployment/storefront`,
    decide: () => Promise.resolve(),
    afterRestart: () => Promise.resolve(),
    assertSecret: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  }
}

export const openStage = async (): Promise<Stage> => {
  const url = process.env['UI_URL']
  return url ? clusterStage(url) : bareStage()
}
