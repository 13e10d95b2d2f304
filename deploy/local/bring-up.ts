/** The steps from an empty machine to a cluster that runs pods. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuiltImages } from '../images/built-images.ts'
import { importImages } from '../images/import.ts'
import { toolPath } from '../toolchain/build.ts'
import { isApiReady } from './ready.ts'
import { run, runs, step } from '../../tools/step.ts'
import { makeCertificates } from './certificates.ts'
import { makeCgroups } from './cgroups.ts'
import { cniConfig, containerdConfig, kubeProxyConfig, kubeletConfig } from './configuration.ts'
import { API, CONTROL_LOOPS, NODE_DAEMONS, RUNTIME, startDaemon } from './daemons.ts'
import { dnsObjects } from './dns.ts'
import { CONTAINERD_SOCKET, DATA_DIR, KUBECONFIG, LOG_DIR, NODE_NAME, RUN_DIR } from './settings.ts'
import { writeState } from './state.ts'
import { makeNetwork, observeBefore } from './traces.ts'
import { waitFor } from './wait.ts'

/** Images that the cluster itself needs. */
export const OWN_IMAGES = ['pause', 'coredns']

const kubectl = (args: readonly string[], stdin?: string): Promise<string> =>
  run(toolPath('kubectl'), ['--kubeconfig', KUBECONFIG, ...args], stdin === undefined ? {} : { stdin })

const cniBinDir = (): string => (existsSync('/usr/lib/cni/ptp') ? '/usr/lib/cni' : '/opt/cni/bin')

const writeConfiguration = async (images: BuiltImages): Promise<void> => {
  await makeCertificates(KUBECONFIG)
  await mkdir(join(DATA_DIR, 'cni'), { recursive: true })
  writeFileSync(join(DATA_DIR, 'containerd.toml'), containerdConfig(images.reference('pause'), cniBinDir()))
  writeFileSync(join(DATA_DIR, 'cni', '10-odigos.conflist'), cniConfig())
  writeFileSync(join(DATA_DIR, 'kubelet.json'), kubeletConfig())
  writeFileSync(join(DATA_DIR, 'kube-proxy.json'), kubeProxyConfig())
  writeFileSync(join(DATA_DIR, 'resolv.conf'), '')
}

const startControlPlane = async (): Promise<void> => {
  for (const daemon of API) startDaemon(daemon)
  await waitFor('the API server', isApiReady, 'kube-apiserver')
  for (const daemon of CONTROL_LOOPS) startDaemon(daemon)
}

const isNodeReady = async (): Promise<boolean> => {
  const ready = '{.status.conditions[?(@.type=="Ready")].status}'
  return (await kubectl(['get', 'node', NODE_NAME, '-o', `jsonpath=${ready}`]).catch(() => '')) === 'True'
}

const startNode = async (images: BuiltImages): Promise<void> => {
  startDaemon(RUNTIME)
  await waitFor('containerd', () => runs(toolPath('ctr'), ['--address', CONTAINERD_SOCKET, 'version']), 'containerd')
  await importImages(images, OWN_IMAGES)
  for (const daemon of NODE_DAEMONS) startDaemon(daemon)
  await waitFor('the node', isNodeReady, 'kubelet')
}

const startDns = async (images: BuiltImages): Promise<void> => {
  const items = dnsObjects(images.reference('coredns'))
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  await kubectl(['rollout', 'status', '-n', 'kube-system', 'deployment/coredns', '--timeout=120s'])
}

/** Starts everything, with previously built programs and images. The state is written first, so that a stop can undo it. */
export const bringUp = async (images: BuiltImages): Promise<void> => {
  await mkdir(LOG_DIR, { recursive: true })
  for (const file of readdirSync(LOG_DIR)) await rm(join(LOG_DIR, file))
  mkdirSync(RUN_DIR, { recursive: true, mode: 0o711 })
  const before = observeBefore()
  writeState(false, before)
  await step('create certificates, configuration, network', async () => {
    makeCgroups()
    await writeConfiguration(images)
    await makeNetwork()
  })
  await step('start the control plane', startControlPlane)
  await step('start the node', () => startNode(images))
  await step('start DNS', () => startDns(images))
  writeState(true, before)
}
