/** The programs that are built from Go modules. Versions are pinned by the `go.mod` and `go.sum` in the folders beside this file. */

export interface Program {
  /** Folder beside this file with the module; also the first part of the cache's folder name. */
  name: string
  version: string
  /** Go packages to build, each into one file, named after the package's last part or `output`. */
  packages: readonly string[]
  /** Files that the build must leave in its folder. */
  outputs: readonly string[]
  output?: string
  tags?: string
  /** Go variables to set, `path=value`. */
  variables?: readonly string[]
  /** How the sources are generated, unless they are the module folder itself. */
  sources?: 'collector-builder' | 'go-ebpf'
}

const KUBERNETES_VERSION = 'v1.37.2'
const KUBERNETES = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
] as const
const CONTAINERD = ['containerd', 'containerd-shim-runc-v2', 'ctr'] as const
const MAINS = ['etcd', 'coredns', 'pause'] as const

const GO_EBPF_VERSION = 'v0.24.0'

export const PROGRAMS = [
  {
    // One module and one build: what the programs have in common is compiled once.
    name: 'cluster',
    version: KUBERNETES_VERSION,
    packages: [
      ...KUBERNETES.map((command) => `k8s.io/kubernetes/cmd/${command}`),
      ...CONTAINERD.map((command) => `github.com/containerd/containerd/v2/cmd/${command}`),
      ...MAINS.map((command) => `./cmd/${command}`),
      'helm.sh/helm/v4/cmd/helm',
    ],
    outputs: [...KUBERNETES, ...CONTAINERD, ...MAINS, 'helm'],
    tags: 'no_btrfs',
    // Without the version, clients fail to parse the server's.
    variables: [`k8s.io/component-base/version.gitVersion=${KUBERNETES_VERSION}`],
  },
  {
    name: 'collector',
    version: 'v0.155.0',
    packages: ['.'],
    outputs: ['otelcol'],
    output: 'otelcol',
    sources: 'collector-builder',
  },
  {
    name: 'go-ebpf',
    version: GO_EBPF_VERSION,
    packages: ['./cli'],
    outputs: ['otel-go-instrumentation'],
    output: 'otel-go-instrumentation',
    sources: 'go-ebpf',
  },
  {
    // Its version is that of the agent, which it reports.
    name: 'go-supervisor',
    version: GO_EBPF_VERSION,
    packages: ['.'],
    outputs: ['supervisor'],
    output: 'supervisor',
    variables: [`main.version=${GO_EBPF_VERSION}`],
  },
  {
    // For tests of the chart's PodMonitor, rules and dashboard. What discovers targets in clouds is most of its size.
    name: 'prometheus',
    version: 'v0.316.0',
    packages: ['github.com/prometheus/prometheus/cmd/prometheus'],
    outputs: ['prometheus'],
    tags: 'remove_all_sd',
  },
] as const satisfies readonly Program[]

export type ProgramName = (typeof PROGRAMS)[number]['name']
export type Tool = (typeof PROGRAMS)[number]['outputs'][number]
