/** The programs that are built from Go modules. Versions are pinned by the `go.mod` and `go.sum` in the folders beside this file. */

export type Program = {
  /** Folder beside this file with the module; also the first part of the cache's folder name. */
  readonly name: string
  readonly version: string
  /** Go packages to build; each gives one file, named after the package's last part or `output`. */
  readonly packages: readonly string[]
  /** Files that the build must leave in its folder. */
  readonly outputs: readonly string[]
  readonly output?: string
  readonly tags?: string
  /** Go variables to set, `path=value`. */
  readonly variables?: readonly string[]
  /** How the sources come to be, where they are not the module folder itself. */
  readonly sources?: 'collector-builder' | 'go-ebpf'
}

const kubernetesVersion = 'v1.37.2'
const kubernetes = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
] as const
const containerd = ['containerd', 'containerd-shim-runc-v2', 'ctr'] as const
const mains = ['etcd', 'coredns', 'pause'] as const

export const programs = [
  {
    // One module and one build: what the programs have in common is compiled once.
    name: 'cluster',
    version: kubernetesVersion,
    packages: [
      ...kubernetes.map((command) => `k8s.io/kubernetes/cmd/${command}`),
      ...containerd.map((command) => `github.com/containerd/containerd/v2/cmd/${command}`),
      ...mains.map((command) => `./cmd/${command}`),
      'helm.sh/helm/v4/cmd/helm',
    ],
    outputs: [...kubernetes, ...containerd, ...mains, 'helm'],
    tags: 'no_btrfs',
    // Without the version, clients fail to parse the server's.
    variables: [`k8s.io/component-base/version.gitVersion=${kubernetesVersion}`],
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
    version: 'v0.24.0',
    packages: ['./cli'],
    outputs: ['otel-go-instrumentation'],
    output: 'otel-go-instrumentation',
    sources: 'go-ebpf',
  },
] as const satisfies readonly Program[]

export type ProgramName = (typeof programs)[number]['name']
export type Tool = (typeof programs)[number]['outputs'][number]
