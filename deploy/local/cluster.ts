/** Starts, stops and looks at the local one-node cluster. There is one a machine, whichever checkout started it. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { buildPrograms, programDir, toolPath } from '../toolchain/build.ts'
import type { Tool } from '../toolchain/programs.ts'
import { RemedyError, run, runs, step } from '../toolchain/step.ts'
import { buildImages } from '../images/build.ts'
import type { BuiltImages } from '../images/build.ts'
import { importImages } from '../images/import.ts'
import { makeCertificates } from './certificates.ts'
import { killAll, makeCgroups, removeCgroups } from './cgroups.ts'
import { cniConfig, containerdConfig, kubeProxyConfig, kubeletConfig } from './configuration.ts'
import { api, controlLoops, daemonProcesses, daemons, nodeDaemons, runtime, startDaemon } from './daemons.ts'
import { dnsObjects } from './dns.ts'
import { withLock } from './lock.ts'
import { meetRequirements } from './requirements.ts'
import { containerdSocket, dataDir, kubeconfig, logDir, nodeName, runDir, stateFile } from './settings.ts'
import { makeNetwork, observeBefore, removeNetwork, restore, unmountAll } from './traces.ts'
import type { Before } from './traces.ts'
import { waitFor } from './wait.ts'

export type Cluster = { readonly kubeconfig: string; readonly bin: (tool: Tool) => string }
export type StartOptions = {
  /** Stop a cluster of another version instead of refusing. The default is whether `CI` is `true`. */
  readonly replace?: boolean
}

type State = {
  readonly version: string
  readonly checkout: string
  readonly startedAt: string
  readonly ready: boolean
  readonly before: Before
}

const checkout = resolve(import.meta.dirname, '..', '..')
const cluster: Cluster = { kubeconfig, bin: toolPath }
const own = ['pause', 'coredns']

/** Changes with the programs and with everything that decides how they run. */
const clusterVersion = (): string => {
  const hash = createHash('sha256')
  for (const name of ['kubernetes', 'etcd', 'containerd', 'pause', 'coredns'] as const) hash.update(programDir(name))
  for (const file of readdirSync(import.meta.dirname).toSorted())
    hash.update(readFileSync(join(import.meta.dirname, file)))
  return hash.digest('hex').slice(0, 12)
}

const readState = (): State | undefined => {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8')) as State
  } catch {
    return undefined // never started, or stopped
  }
}

const kubectl = (args: readonly string[], stdin?: string): Promise<string> =>
  run(toolPath('kubectl'), ['--kubeconfig', kubeconfig, ...args], stdin === undefined ? {} : { stdin })

const isApiReady = (): Promise<boolean> =>
  runs(toolPath('kubectl'), ['--kubeconfig', kubeconfig, '--request-timeout=5s', 'get', '--raw', '/readyz'])

export type ClusterStatus = {
  readonly state: 'stopped' | 'running' | 'broken'
  readonly version?: string
  readonly checkout?: string
  readonly startedAt?: string
  readonly daemons: readonly { readonly name: string; readonly pids: readonly number[] }[]
}

/** What runs now; `broken` is anything between a whole cluster and none. */
export const clusterStatus = async (): Promise<ClusterStatus> => {
  const state = readState()
  const found = daemons.map((daemon) => ({ name: daemon.tool, pids: daemonProcesses(daemon) }))
  if (state === undefined)
    return { state: found.some(({ pids }) => pids.length > 0) ? 'broken' : 'stopped', daemons: found }
  const { version, checkout: from, startedAt } = state
  const isWhole = state.ready && found.every(({ pids }) => pids.length > 0) && (await isApiReady())
  return { state: isWhole ? 'running' : 'broken', version, checkout: from, startedAt, daemons: found }
}

/** Ends and removes everything that a start made, whatever is left of it. */
const clear = async (): Promise<void> => {
  const before = readState()?.before
  await killAll()
  await unmountAll()
  await removeNetwork()
  await removeCgroups()
  if (before !== undefined) await restore(before)
  await rm(runDir, { recursive: true, force: true })
  for (const file of existsSync(dataDir) ? readdirSync(dataDir) : [])
    if (join(dataDir, file) !== logDir && join(dataDir, file) !== stateFile)
      await rm(join(dataDir, file), { recursive: true, force: true })
  // Last: as long as it is there, a stop that was cut off is taken up again.
  await rm(stateFile, { force: true })
  await rm(kubeconfig, { force: true })
}

const writeState = (ready: boolean, before: Before): void =>
  writeFileSync(
    stateFile,
    JSON.stringify({
      version: clusterVersion(),
      checkout,
      startedAt: new Date().toISOString(),
      ready,
      before,
    } satisfies State),
  )

const cniBinDir = (): string => (existsSync('/usr/lib/cni/ptp') ? '/usr/lib/cni' : '/opt/cni/bin')

const writeConfiguration = async (images: BuiltImages): Promise<void> => {
  await makeCertificates(kubeconfig)
  await mkdir(join(dataDir, 'cni'), { recursive: true })
  writeFileSync(join(dataDir, 'containerd.toml'), containerdConfig(images.reference('pause'), cniBinDir()))
  writeFileSync(join(dataDir, 'cni', '10-odigos.conflist'), cniConfig())
  writeFileSync(join(dataDir, 'kubelet.json'), kubeletConfig())
  writeFileSync(join(dataDir, 'kube-proxy.json'), kubeProxyConfig())
  writeFileSync(join(dataDir, 'resolv.conf'), '')
}

const startControlPlane = async (): Promise<void> => {
  for (const daemon of api) startDaemon(daemon)
  await waitFor('the API server', isApiReady, 'kube-apiserver')
  for (const daemon of controlLoops) startDaemon(daemon)
}

const startNode = async (images: BuiltImages): Promise<void> => {
  startDaemon(runtime)
  await waitFor('containerd', () => runs(toolPath('ctr'), ['--address', containerdSocket, 'version']), 'containerd')
  await importImages(images, own)
  for (const daemon of nodeDaemons) startDaemon(daemon)
  const ready = '{.status.conditions[?(@.type=="Ready")].status}'
  const isReady = async (): Promise<boolean> =>
    (await kubectl(['get', 'node', nodeName, '-o', `jsonpath=${ready}`]).catch(() => '')) === 'True'
  await waitFor('the node', isReady, 'kubelet')
}

const startDns = async (images: BuiltImages): Promise<void> => {
  const items = dnsObjects(images.reference('coredns'))
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  await kubectl(['rollout', 'status', '-n', 'kube-system', 'deployment/coredns', '--timeout=120s'])
}

const bringUp = async (images: BuiltImages): Promise<void> => {
  await mkdir(logDir, { recursive: true })
  for (const file of readdirSync(logDir)) await rm(join(logDir, file))
  mkdirSync(runDir, { recursive: true, mode: 0o711 })
  const before = observeBefore()
  writeState(false, before)
  await step('make certificates, configuration, network', async () => {
    makeCgroups()
    await writeConfiguration(images)
    await makeNetwork()
  })
  await step('start the control plane', startControlPlane)
  await step('start the node', () => startNode(images))
  await step('start DNS', () => startDns(images))
  writeState(true, before)
}

/** Whether the running cluster can be used as it is; throws with the remedy when it must not be replaced. */
const canReuse = (status: ClusterStatus, replace: boolean): boolean => {
  if (status.state !== 'running') return false
  if (status.version === clusterVersion()) return true
  if (replace) return false
  throw new RemedyError(
    `A cluster of another version runs on this machine, started by ${status.checkout} at ${status.startedAt}.\n` +
      'Stop it there (npm run stop), or replace it, with all that it holds: npm run cluster -- start --replace',
  )
}

/** Brings up the cluster, or finds that it is up already. Everything it needs is installed, built and cached on the way. */
export const startCluster = async (options: StartOptions = {}): Promise<Cluster> =>
  withLock(async () => {
    const status = await clusterStatus()
    if (canReuse(status, options.replace ?? process.env['CI'] === 'true')) {
      if (status.checkout !== checkout) console.log(`  Using the cluster that ${status.checkout} started.`)
      return cluster
    }
    await meetRequirements()
    await buildPrograms(['kubernetes', 'etcd', 'containerd', 'pause', 'coredns', 'helm'])
    const images = await buildImages(own)
    if (status.state !== 'stopped') await step(`remove what is left of a ${status.state} cluster`, clear)
    await bringUp(images)
    return cluster
  })

/** Stops the cluster and removes every trace of it but its logs; nothing to do is fine. */
export const stopCluster = async (): Promise<void> => withLock(clear)
