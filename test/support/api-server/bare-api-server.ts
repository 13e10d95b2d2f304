/**
 * A real kube-apiserver with etcd on loopback, without nodes and controllers: for tests that act as the controllers
 * themselves. RBAC is enabled; each of `users` gets a token and a kubeconfig.
 */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolPath } from '../../../deploy/toolchain/build.ts'
import { isTrueWithin } from '../../../tools/eventually.ts'
import { freePorts } from './free-port.ts'

export interface BareApiServer {
  url: string
  /** Folder with all of its files, including logs. */
  dir: string
  /** Path of a kubeconfig for the administrator, or one of `users`. */
  kubeconfig: (user?: string) => string
  stop: () => Promise<void>
}

const ADMIN = 'admin'

const start = (program: string, args: string[], log: string): ChildProcess => {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const file = createWriteStream(log)
  child.stdout?.pipe(file)
  child.stderr?.pipe(file)
  return child
}

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL') // no data is kept
  await ended
}

const kubeconfigText = (server: string, user: string, token: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bare', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'bare', context: { cluster: 'bare', user } }],
    'current-context': 'bare',
  })

const isReady = async (kubeconfig: string): Promise<boolean> => {
  const child = spawn(toolPath('kubectl'), ['--kubeconfig', kubeconfig, 'get', '--raw', '/readyz'], { stdio: 'ignore' })
  return new Promise((resolve) => child.on('exit', (code) => resolve(code === 0)))
}

const READY_LIMIT_MS = 90_000

/** Starts both and waits until they respond. If they do not, throws with the folder of the logs. */
export const startBareApiServer = async (users: readonly string[] = []): Promise<BareApiServer> => {
  const dir = await mkdtemp(join(tmpdir(), 'odigos-bare-'))
  const [etcdPort, peerPort, port] = await freePorts(3)
  const etcdUrl = `http://127.0.0.1:${etcdPort}`
  const url = `https://127.0.0.1:${port}`
  const tokens = new Map([ADMIN, ...users].map((user) => [user, randomUUID()]))
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keyFile = join(dir, 'service-accounts.key')
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const lines = [...tokens].map(
    ([user, token], id) => `${token},${user},${id},${user === ADMIN ? 'system:masters' : ''}`,
  )
  await writeFile(join(dir, 'tokens.csv'), lines.join('\n'), { mode: 0o600 })
  const kubeconfig = (user = ADMIN): string => join(dir, `${user.replaceAll(':', '-')}.kubeconfig`)
  for (const [user, token] of tokens)
    await writeFile(kubeconfig(user), kubeconfigText(url, user, token), { mode: 0o600 })

  const etcdArgs = [
    `--data-dir=${join(dir, 'etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
  ]
  const serverArgs = [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(dir, 'certificates')}`,
    `--token-auth-file=${join(dir, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
    `--service-account-key-file=${keyFile}`,
    `--service-account-signing-key-file=${keyFile}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.203.0.0/24',
    '--disable-admission-plugins=ServiceAccount',
  ]
  const children = [
    start(toolPath('etcd'), etcdArgs, join(dir, 'etcd.log')),
    start(toolPath('kube-apiserver'), serverArgs, join(dir, 'kube-apiserver.log')),
  ]
  const stopAll = async (): Promise<void> => {
    await Promise.all(children.map(stop))
    await rm(dir, { recursive: true, force: true })
  }
  const hasEnded = (): boolean => children.some(({ exitCode }) => exitCode !== null)
  const isDecided = async (): Promise<boolean> => hasEnded() || (await isReady(kubeconfig()))
  if (!(await isTrueWithin(READY_LIMIT_MS, isDecided, 300)) || hasEnded()) {
    await Promise.all(children.map(stop))
    throw new Error(`the API server did not start; see the logs in ${dir}`)
  }
  return { url, dir, kubeconfig, stop: stopAll }
}
