/** Which nodes Odigos cannot work on; pure. */
import type { KubeObject } from '../../api/kubernetes.ts'
import { IMAGE_ARCHITECTURE } from '../../api/names.ts'
import { asFields } from '../../api/types/fields.ts'
import { counted } from '../../view/words.ts'
import type { Finding } from './finding.ts'
import { findingsOf, named } from './finding.ts'

/** From this kernel on, the sidecar for Go was tried or is known to work (docs/go-sidecar.md). */
const OLDEST_KERNEL: readonly [number, number] = [4, 19]

interface NodeInfo {
  operatingSystem?: string
  architecture?: string
  kernelVersion?: string
  containerRuntimeVersion?: string
}

const infoOf = (node: KubeObject): NodeInfo => asFields(asFields(node['status'])['nodeInfo'])

const isOldKernel = ({ kernelVersion = '' }: NodeInfo): boolean => {
  const [major, minor] = (/^(\d+)\.(\d+)/.exec(kernelVersion)?.slice(1) ?? []).map(Number)
  if (major === undefined || minor === undefined) return false
  return major < OLDEST_KERNEL[0] || (major === OLDEST_KERNEL[0] && minor < OLDEST_KERNEL[1])
}

/** Nodes of one kind that are not as they should be, as one finding. */
const nodesThat = (
  nodes: readonly KubeObject[],
  isWrong: (info: NodeInfo) => boolean,
  { title, good, wrong, remedy }: { title: string; good: string; wrong: string; remedy: string },
): Finding => {
  const { passed, failed, warning } = findingsOf('Nodes')
  const bad = nodes.filter((node) => isWrong(infoOf(node)))
  if (bad.length === 0) return passed(title, good)
  const judge = bad.length === nodes.length ? failed : warning
  return judge(title, `${counted(bad.length, 'node')} of ${nodes.length} ${wrong}: ${named(bad)}`, remedy)
}

/** `found`: undefined where nodes may not be read. */
export const judgeNodes = (found: readonly KubeObject[] | undefined): Finding[] => {
  const { unknown, warning, passed } = findingsOf('Nodes')
  if (!found) return [unknown('Nodes', 'they may not be read', 'This needs the permission to list nodes.')]
  const linux = found.filter((node) => (infoOf(node).operatingSystem ?? 'linux') === 'linux')
  const old = linux.filter((node) => isOldKernel(infoOf(node)))
  return [
    nodesThat(found, ({ operatingSystem = 'linux' }) => operatingSystem !== 'linux', {
      title: 'Operating system',
      good: 'all nodes run Linux',
      wrong: 'run another system, whose pods are left alone',
      remedy: 'Add nodes with Linux.',
    }),
    nodesThat(linux, ({ architecture = IMAGE_ARCHITECTURE }) => architecture !== IMAGE_ARCHITECTURE, {
      title: 'Architecture',
      good: `all nodes are ${IMAGE_ARCHITECTURE}`,
      wrong:
        'have another architecture, for which there are no images; pods there get no agents, and their telemetry no collector',
      remedy: `Add nodes of ${IMAGE_ARCHITECTURE}, and run applications on them.`,
    }),
    nodesThat(linux, ({ containerRuntimeVersion = '' }) => containerRuntimeVersion.startsWith('docker'), {
      title: 'Container runtime',
      good: 'all nodes have a runtime of which logs can be read',
      wrong: 'run Docker, whose logs collectors cannot read',
      remedy: 'Use containerd or CRI-O where logs of containers are wanted.',
    }),
    old.length > 0
      ? warning(
          'Kernel',
          `older than ${OLDEST_KERNEL.join('.')}, so Go programs may get no spans: ${named(old)}`,
          'Upgrade the nodes.',
        )
      : passed('Kernel', `all nodes have ${OLDEST_KERNEL.join('.')} or later`),
  ]
}
