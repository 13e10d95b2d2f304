/** The programs of the cluster: their arguments, and how they are started and found. */
import { spawn } from 'node:child_process'
import { mkdirSync, openSync, closeSync } from 'node:fs'
import type { Tool } from '../toolchain/programs.ts'
import { programDir, toolPath } from '../toolchain/build.ts'
import { partKubeconfig, pki } from './certificates.ts'
import { daemonCgroup, processesIn } from './cgroups.ts'
import { logOf } from './configuration.ts'
import { DATA_DIR, NETWORK, NODE_NAME, NODE_NETNS, PORTS } from './settings.ts'

export interface Daemon {
  tool: Tool
  inNode: boolean
  args: () => readonly string[]
}

const etcdArgs = (): string[] => [
  `--name=${NODE_NAME}`,
  `--data-dir=${DATA_DIR}/etcd`,
  `--listen-client-urls=https://127.0.0.1:${PORTS.etcd}`,
  `--advertise-client-urls=https://127.0.0.1:${PORTS.etcd}`,
  `--listen-peer-urls=https://127.0.0.1:${PORTS.etcdPeer}`,
  `--initial-advertise-peer-urls=https://127.0.0.1:${PORTS.etcdPeer}`,
  `--initial-cluster=${NODE_NAME}=https://127.0.0.1:${PORTS.etcdPeer}`,
  '--peer-auto-tls',
  '--client-cert-auth',
  `--trusted-ca-file=${pki('ca.crt')}`,
  `--cert-file=${pki('etcd.crt')}`,
  `--key-file=${pki('etcd.key')}`,
  // No data outlives a stop, so none needs to reach the disk.
  '--unsafe-no-fsync',
]

const apiServerArgs = (): string[] => [
  `--advertise-address=${NETWORK.hostAddress}`,
  `--bind-address=${NETWORK.hostAddress}`,
  `--secure-port=${PORTS.api}`,
  `--etcd-servers=https://127.0.0.1:${PORTS.etcd}`,
  `--etcd-cafile=${pki('ca.crt')}`,
  `--etcd-certfile=${pki('apiserver-client.crt')}`,
  `--etcd-keyfile=${pki('apiserver-client.key')}`,
  `--tls-cert-file=${pki('apiserver.crt')}`,
  `--tls-private-key-file=${pki('apiserver.key')}`,
  `--client-ca-file=${pki('ca.crt')}`,
  `--kubelet-certificate-authority=${pki('ca.crt')}`,
  `--kubelet-client-certificate=${pki('apiserver-client.crt')}`,
  `--kubelet-client-key=${pki('apiserver-client.key')}`,
  '--kubelet-preferred-address-types=InternalIP',
  `--requestheader-client-ca-file=${pki('ca.crt')}`,
  '--requestheader-allowed-names=front-proxy-client',
  '--requestheader-extra-headers-prefix=X-Remote-Extra-',
  '--requestheader-group-headers=X-Remote-Group',
  '--requestheader-username-headers=X-Remote-User',
  `--proxy-client-cert-file=${pki('front-proxy.crt')}`,
  `--proxy-client-key-file=${pki('front-proxy.key')}`,
  '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
  `--service-account-key-file=${pki('service-accounts.key')}`,
  `--service-account-signing-key-file=${pki('service-accounts.key')}`,
  `--service-cluster-ip-range=${NETWORK.serviceRange}`,
  '--authorization-mode=Node,RBAC',
  '--enable-admission-plugins=NodeRestriction',
  '--allow-privileged=true',
]

const controllerManagerArgs = (): string[] => [
  `--kubeconfig=${partKubeconfig('controller-manager')}`,
  '--authentication-skip-lookup=true',
  `--authorization-kubeconfig=${partKubeconfig('controller-manager')}`,
  '--bind-address=127.0.0.1',
  `--secure-port=${PORTS.controllerManager}`,
  `--cert-dir=${DATA_DIR}/controller-manager`,
  `--root-ca-file=${pki('ca.crt')}`,
  `--service-account-private-key-file=${pki('service-accounts.key')}`,
  `--cluster-signing-cert-file=${pki('ca.crt')}`,
  `--cluster-signing-key-file=${pki('ca.key')}`,
  '--use-service-account-credentials=true',
  '--leader-elect=false',
]

const schedulerArgs = (): string[] => [
  `--kubeconfig=${partKubeconfig('scheduler')}`,
  '--authentication-skip-lookup=true',
  `--authorization-kubeconfig=${partKubeconfig('scheduler')}`,
  '--bind-address=127.0.0.1',
  `--secure-port=${PORTS.scheduler}`,
  `--cert-dir=${DATA_DIR}/scheduler`,
  '--leader-elect=false',
]

const kubeletArgs = (): string[] => [
  `--kubeconfig=${partKubeconfig('kubelet')}`,
  `--config=${DATA_DIR}/kubelet.json`,
  `--root-dir=${DATA_DIR}/kubelet`,
  `--cert-dir=${DATA_DIR}/kubelet-pki`,
  `--hostname-override=${NODE_NAME}`,
  `--node-ip=${NETWORK.nodeAddress}`,
]

export const API: readonly Daemon[] = [
  { tool: 'etcd', inNode: false, args: etcdArgs },
  { tool: 'kube-apiserver', inNode: false, args: apiServerArgs },
]

/** These exit if the API server's own roles do not exist yet. */
export const CONTROL_LOOPS: readonly Daemon[] = [
  { tool: 'kube-controller-manager', inNode: false, args: controllerManagerArgs },
  { tool: 'kube-scheduler', inNode: false, args: schedulerArgs },
]

export const RUNTIME: Daemon = {
  tool: 'containerd',
  inNode: true,
  args: () => ['--config', `${DATA_DIR}/containerd.toml`],
}

export const NODE_DAEMONS: readonly Daemon[] = [
  { tool: 'kubelet', inNode: true, args: kubeletArgs },
  { tool: 'kube-proxy', inNode: true, args: () => [`--config=${DATA_DIR}/kube-proxy.json`] },
]

export const DAEMONS: readonly Daemon[] = [...API, ...CONTROL_LOOPS, RUNTIME, ...NODE_DAEMONS]

/** Starts a daemon that outlives this process, in its control group and, for the node's, in the node's network namespace. */
export const startDaemon = ({ tool, inNode, args }: Daemon): void => {
  const group = daemonCgroup(tool)
  mkdirSync(group, { recursive: true })
  const log = openSync(logOf(tool), 'a')
  const enter = inNode ? ['nsenter', `--net=${NODE_NETNS}`] : []
  // The shell joins the group before it becomes the daemon, so that no child starts outside.
  const script = 'echo $$ > "$0/cgroup.procs" && exec "$@"'
  const child = spawn('sh', ['-c', script, group, ...enter, toolPath(tool), ...args()], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    // containerd searches the PATH for its shim. Daemons get nothing else of the caller's environment.
    env: {
      PATH: `${programDir('cluster')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: '/root',
    },
  })
  child.unref()
  closeSync(log)
}

/** Process IDs of a daemon and its own children; empty if it is not running. */
export const daemonProcesses = ({ tool }: Daemon): number[] => processesIn(daemonCgroup(tool))
