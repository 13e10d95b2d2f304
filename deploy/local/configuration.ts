/** Configuration files of containerd, CNI, kubelet and kube-proxy. Pure: settings in, text out. */
import { CONTAINERD_SOCKET, DATA_DIR, INSTANCE, LOG_DIR, NETWORK, NODE_NAME, RUN_DIR } from './settings.ts'
import { partKubeconfig, pki } from './certificates.ts'

/** Image that holds a pod's namespaces; it must be imported before the first pod. */
export const containerdConfig = (pauseImage: string, cniBinDir: string): string => `version = 3
root = '${DATA_DIR}/containerd'
state = '${RUN_DIR}/containerd'
oom_score = 0
disabled_plugins = ['io.containerd.nri.v1.nri', 'io.containerd.snapshotter.v1.devmapper', 'io.containerd.snapshotter.v1.zfs',
  'io.containerd.snapshotter.v1.blockfile', 'io.containerd.snapshotter.v1.erofs', 'io.containerd.tracing.processor.v1.otlp',
  'io.containerd.internal.v1.tracing']

[grpc]
address = '${CONTAINERD_SOCKET}'
[ttrpc]
address = '${CONTAINERD_SOCKET}.ttrpc'

[plugins.'io.containerd.internal.v1.opt']
path = '${DATA_DIR}/opt'

[plugins.'io.containerd.cri.v1.images']
snapshotter = 'overlayfs'
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '${pauseImage}'

[plugins.'io.containerd.cri.v1.runtime']
# Without it runc fails on machines where it may not lower oom_score_adj.
restrict_oom_score_adj = true
# Keeps the pods' network namespaces below our own folder, where a stop finds them.
netns_mounts_under_state_dir = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ['${cniBinDir}']
conf_dir = '${DATA_DIR}/cni'
[plugins.'io.containerd.cri.v1.runtime'.containerd]
default_runtime_name = 'runc'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
Root = '${RUN_DIR}/runc'
SystemdCgroup = false
`

/** Each pod has its own link, so all traffic between pods is routed and passes kube-proxy's rules. */
export const cniConfig = (): string =>
  JSON.stringify({
    cniVersion: '0.4.0',
    name: NODE_NAME,
    plugins: [
      {
        type: 'ptp',
        ipMasq: false,
        ipam: {
          type: 'host-local',
          dataDir: `${RUN_DIR}/cni-addresses`,
          ranges: [[{ subnet: NETWORK.podRange }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  })

export const kubeletConfig = (): string =>
  JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: NETWORK.nodeAddress,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: pki('kubelet-server.crt'),
    tlsPrivateKeyFile: pki('kubelet-server.key'),
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${INSTANCE}/pods`,
    failCgroupV1: false,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    oomScoreAdj: 0,
    clusterDNS: [NETWORK.dnsService],
    clusterDomain: 'cluster.local',
    resolvConf: `${DATA_DIR}/resolv.conf`,
    volumePluginDir: `${DATA_DIR}/volume-plugins`,
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '500Mi',
      'nodefs.inodesFree': '1%',
      'imagefs.available': '500Mi',
    },
    evictionPressureTransitionPeriod: '10s',
    // Images are imported, never pulled: images that the kubelet removes to free space could not be restored.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    maxPods: 200,
  })

export const kubeProxyConfig = (): string =>
  JSON.stringify({
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    clusterCIDR: NETWORK.podRange,
    hostnameOverride: NODE_NAME,
    bindAddress: NETWORK.nodeAddress,
    clientConnection: { kubeconfig: partKubeconfig('kube-proxy') },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  })

/** Log file of one daemon. */
export const logOf = (daemon: string): string => `${LOG_DIR}/${daemon}.log`
