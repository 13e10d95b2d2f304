/**
 * Names, addresses and places of the local cluster. The control plane runs beside the user's programs; the node (kubelet,
 * containerd, kube-proxy and every pod) runs in a network namespace of its own, that has one link to the machine and no
 * default route: nothing of the machine's iptables or sysctls changes, and no packet of a pod can leave the machine.
 */
import { join } from 'node:path'
import { cacheDir } from '../toolchain/step.ts'

export const nodeName = 'odigos-local'

/** Data and logs; the logs stay after a stop. */
export const dataDir = '/var/lib/odigos-local'
export const logDir = join(dataDir, 'log')
/** Sockets and mounts. */
export const runDir = '/run/odigos-local'
export const stateFile = join(dataDir, 'state.json')
export const certificateDir = join(dataDir, 'pki')
export const containerdSocket = join(runDir, 'containerd.sock')
export const nodeNetns = join(runDir, 'node.netns')
export const kubeconfig = join(cacheDir, 'kubeconfig')
/** Name of our control group in every hierarchy. */
export const cgroup = 'odigos-local'

export const network = {
  hostLink: 'odigos0',
  nodeLink: 'node0',
  /** The control plane listens here, and pods reach programs on the machine here. */
  hostAddress: '10.201.255.1',
  nodeAddress: '10.201.255.2',
  linkPrefix: 30,
  podRange: '10.201.0.0/24',
  serviceRange: '10.202.0.0/16',
  apiService: '10.202.0.1',
  dnsService: '10.202.0.10',
} as const

export const ports = { api: 16443, etcd: 12379, etcdPeer: 12380 } as const
export const apiUrl = `https://${network.hostAddress}:${ports.api}`

/** Free space that builds, images and pods need, with room to spare. */
export const neededDiskBytes = 15e9
