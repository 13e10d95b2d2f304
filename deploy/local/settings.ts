/**
 * Names, addresses and folders of the local cluster. The control plane runs beside the user's programs. The node (kubelet,
 * containerd, kube-proxy and all pods) runs in its own network namespace, with one link to the machine and no default
 * route: the machine's iptables and sysctls do not change, and no packet of a pod can leave the machine.
 */
import { join } from 'node:path'
import { CACHE_DIR } from '../../tools/step.ts'

export const NODE_NAME = 'odigos-local'

/** The tests of starting and stopping use a second cluster, so that they do not affect the first. */
const IS_SECOND = process.env['ODIGOS_LOCAL_INSTANCE'] === 'second'
/** Name of our folders, and of our control group in every hierarchy. */
export const INSTANCE = IS_SECOND ? 'odigos-local-second' : 'odigos-local'

/** Data and logs; the logs are kept after a stop. */
export const DATA_DIR = `/var/lib/${INSTANCE}`
export const LOG_DIR = join(DATA_DIR, 'log')
/** Sockets and mounts. */
export const RUN_DIR = `/run/${INSTANCE}`
export const STATE_FILE = join(DATA_DIR, 'state.json')
export const CERTIFICATE_DIR = join(DATA_DIR, 'pki')
export const CONTAINERD_SOCKET = join(RUN_DIR, 'containerd.sock')
export const NODE_NETNS = join(RUN_DIR, 'node.netns')
export const KUBECONFIG = join(CACHE_DIR, IS_SECOND ? 'kubeconfig-second' : 'kubeconfig')
const [podBlock, serviceBlock] = IS_SECOND ? ['10.203', '10.204'] : ['10.201', '10.202']

export const NETWORK = {
  hostLink: IS_SECOND ? 'odigos1' : 'odigos0',
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

const FIRST_PORT = IS_SECOND ? 12390 : 12379
export const PORTS = {
  api: 16443,
  etcd: FIRST_PORT,
  etcdPeer: FIRST_PORT + 1,
  controllerManager: FIRST_PORT + 2,
  scheduler: FIRST_PORT + 3,
} as const
export const API_URL = `https://${NETWORK.hostAddress}:${PORTS.api}`

/** Required free space, with a margin: for all builds, images and pods, or for a start with previously built programs. */
export const NEEDED_DISK_BYTES = { toBuild: 15e9, toRun: 5e9 } as const
