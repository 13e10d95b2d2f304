/**
 * Names, addresses and places of the local cluster. The control plane runs beside the user's programs; the node (kubelet,
 * containerd, kube-proxy and every pod) runs in a network namespace of its own, that has one link to the machine and no
 * default route: nothing of the machine's iptables or sysctls changes, and no packet of a pod can leave the machine.
 */
import { join } from 'node:path'
import { cacheDir } from '../../tools/step.ts'

export const nodeName = 'odigos-local'

/** The tests of starting and stopping use a second cluster beside the first, so that they end nobody's. */
const isSecond = process.env['ODIGOS_LOCAL_INSTANCE'] === 'second'
/** Name of our folders, and of our control group in every hierarchy. */
export const instance = isSecond ? 'odigos-local-second' : 'odigos-local'

/** Data and logs; the logs stay after a stop. */
export const dataDir = `/var/lib/${instance}`
export const logDir = join(dataDir, 'log')
/** Sockets and mounts. */
export const runDir = `/run/${instance}`
export const stateFile = join(dataDir, 'state.json')
export const certificateDir = join(dataDir, 'pki')
export const containerdSocket = join(runDir, 'containerd.sock')
export const nodeNetns = join(runDir, 'node.netns')
export const kubeconfig = join(cacheDir, isSecond ? 'kubeconfig-second' : 'kubeconfig')
const [podBlock, serviceBlock] = isSecond ? ['10.203', '10.204'] : ['10.201', '10.202']

export const network = {
  hostLink: isSecond ? 'odigos1' : 'odigos0',
  nodeLink: 'node0',
  /** The control plane listens here, and pods reach programs on the machine here. */
  hostAddress: `${podBlock}.255.1`,
  nodeAddress: `${podBlock}.255.2`,
  linkPrefix: 30,
  podRange: `${podBlock}.0.0/24`,
  serviceRange: `${serviceBlock}.0.0/16`,
  apiService: `${serviceBlock}.0.1`,
  dnsService: `${serviceBlock}.0.10`,
} as const

const firstPort = isSecond ? 12390 : 12379
export const ports = {
  api: 16443,
  etcd: firstPort,
  etcdPeer: firstPort + 1,
  controllerManager: firstPort + 2,
  scheduler: firstPort + 3,
} as const
export const apiUrl = `https://${network.hostAddress}:${ports.api}`

/** Free space with room to spare: for all builds, images and pods, or for what a start adds to programs built before. */
export const neededDiskBytes = { toBuild: 15e9, toRun: 5e9 } as const
