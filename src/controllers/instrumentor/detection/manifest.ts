import { randomBytes } from 'node:crypto'
import type { DetectorTarget } from '../../../api/detector-protocol.ts'
import { MAX_MESSAGES_PER_POD, TARGETS_VARIABLE } from '../../../api/detector-protocol.ts'
import type { Container, KubeObject } from '../../../api/kubernetes.ts'
import { escapeReferences } from '../../../api/kubernetes.ts'
import { COMPONENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from '../../../api/names.ts'

/** A pod of a workload to inspect. */
export interface DetectionTarget extends DetectorTarget {
  /** Name of the node that the pod runs on. */
  node: string
}

export interface DetectorPodSettings {
  /** Reference of the control-plane image. */
  image: string
  namespace: string
  /** ServiceAccount without rights; the namespace's default one where absent. Its token is never mounted. */
  serviceAccount?: string | undefined
  pullPolicy: string
}

export interface DetectorPod {
  object: KubeObject
  /** The targets of each of its containers, in their order. */
  shares: DetectionTarget[][]
}

/**
 * Containers that one message of 4,096 bytes reports on. Measured with the reports on 50 recorded containers: 43 bytes a
 * container, compressed; so more than half of the message is left for values such as that of NODE_OPTIONS. What does not
 * fit all the same is reported as overflow.
 */
const CONTAINERS_PER_MESSAGE = 40

/** Splits the targets into what one message can report on; a target is never split. */
const sharesOf = (targets: readonly DetectionTarget[]): DetectionTarget[][] => {
  const shares: DetectionTarget[][] = []
  let containers = Number.POSITIVE_INFINITY
  for (const target of targets) {
    if (containers + target.containers.length > CONTAINERS_PER_MESSAGE) {
      shares.push([])
      containers = 0
    }
    shares.at(-1)?.push(target)
    containers += target.containers.length
  }
  return shares
}

const chunk = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))

interface Batch {
  node: string
  shares: DetectionTarget[][]
  suffix: string
}

const withoutNode = ({ key, podUid, containers }: DetectionTarget): DetectorTarget => ({ key, podUid, containers })

/** Without a limit, what is young takes 48 MiB before it is collected. */
export const DETECTOR_FLAGS = ['--max-old-space-size=64', '--max-semi-space-size=4']

/** Name of the container of a detector pod that inspects the share with this index. */
export const shareContainerName = (index: number): string => `detector-${index}`

const detectorContainer = (share: DetectionTarget[], index: number, settings: DetectorPodSettings): Container => ({
  name: shareContainerName(index),
  image: settings.image,
  imagePullPolicy: settings.pullPolicy,
  command: ['/usr/local/bin/node', ...DETECTOR_FLAGS, '/app/detector.js'],
  env: [{ name: TARGETS_VARIABLE, value: escapeReferences(JSON.stringify(share.map(withoutNode))) }],
  terminationMessagePolicy: 'File',
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '160Mi' } },
  securityContext: {
    runAsUser: 0,
    runAsGroup: 0,
    runAsNonRoot: false,
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    // The default profile of the runtime forbids access to processes under another profile, or under none.
    appArmorProfile: { type: 'Unconfined' },
    // SYS_PTRACE opens exe, maps and root of a foreign process, DAC_READ_SEARCH its environ and auxv; no more is needed.
    capabilities: { drop: ['ALL'], add: ['SYS_PTRACE', 'DAC_READ_SEARCH'] },
  },
})

const manifest = ({ node, shares, suffix }: Batch, settings: DetectorPodSettings): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `odigos-detector-${suffix}`,
    namespace: settings.namespace,
    labels: {
      [COMPONENT_LABEL]: 'detector',
      [MANAGED_BY_LABEL]: MANAGED_BY,
      'app.kubernetes.io/name': 'odigos-detector',
    },
  },
  spec: {
    nodeName: node,
    hostPID: true,
    restartPolicy: 'Never',
    activeDeadlineSeconds: 60,
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(settings.serviceAccount ? { serviceAccountName: settings.serviceAccount } : {}),
    tolerations: [{ operator: 'Exists' }],
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    containers: shares.map((share, index) => detectorContainer(share, index, settings)),
  },
})

const randomSuffix = (): string => randomBytes(5).toString('hex')

/**
 * Pods for the targets, up to a limit and in the order of the targets: one pod for a node, and more only where its
 * messages could not hold the reports.
 */
export const detectorPods = (
  targets: readonly DetectionTarget[],
  settings: DetectorPodSettings,
  { limit = Number.POSITIVE_INFINITY, suffix = randomSuffix } = {},
): DetectorPod[] => {
  const byNode = Map.groupBy(targets, ({ node }) => node)
  const batches = [...byNode].flatMap(([node, onNode]) =>
    chunk(sharesOf(onNode), MAX_MESSAGES_PER_POD).map((shares) => ({ node, shares })),
  )
  return batches.slice(0, Math.max(0, limit)).map(({ node, shares }) => ({
    object: manifest({ node, shares, suffix: suffix() }, settings),
    shares,
  }))
}
