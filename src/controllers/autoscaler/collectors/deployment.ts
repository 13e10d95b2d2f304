/** The objects that a group is to have. Pure. */
import type { CollectorsGroup } from '../../../api/kinds/collectors-group.ts'
import type { EnvVar, KubeObject } from '../../../api/kubernetes.ts'
import { checkConfiguration } from '../../../collector/check.ts'
import type { CollectorConfig } from '../../../collector/config.ts'
import { configHash } from '../../../collector/config.ts'
import { ASKING_CLUSTER, LOG_FILES } from '../../../collector/infrastructure/components.ts'
import { configYaml } from '../../../collector/yaml.ts'
import type { SecretView } from '../acceptance.ts'
import type { QueueView } from '../delivery/queues.ts'
import type { Configured } from '../group-status.ts'
import { APPLIED_HASH_ANNOTATION, configMapName } from '../owned/object.ts'
import { isWorkload } from '../owned/view.ts'
import { collectorObjects } from './collector-objects.ts'
import type { CollectorSettings } from './collector-settings.ts'
import type { Rendered } from './render.ts'

/** What the objects of a group depend on, in addition to its configuration. */
export interface DeploymentSurroundings {
  settings: CollectorSettings
  queues: QueueView
  /** The existing Secrets that Destinations name, by name. */
  secrets: ReadonlyMap<string, SecretView>
}

/** Versions of the Secrets that the variables refer to. */
const secretsHash = (env: EnvVar[], secrets: DeploymentSurroundings['secrets']): string => {
  const names = [...new Set(env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? ''))].sort()
  return configHash(names.map((name) => [name, secrets.get(name)?.resourceVersion]))
}

export interface Deployment {
  configured: Configured
  objects: KubeObject[]
  /** Name of the ConfigMap that the pods are to use. */
  configMap?: string
}

/** What the pods need for the components that ask the cluster or read files of the node. */
const needsOf = ({ receivers, processors }: CollectorConfig): { readsLogs: boolean; asksCluster: boolean } => {
  const used = [...Object.keys(receivers), ...Object.keys(processors)]
  return {
    readsLogs: used.includes(LOG_FILES),
    asksCluster: used.some((id) => ASKING_CLUSTER.has(id)),
  }
}

/** A ConfigMap holds 1 MiB, with its name and labels. */
const MAX_CONFIG_BYTES = 1_000_000

const sizeProblems = (yaml: string): string[] => {
  const bytes = Buffer.byteLength(yaml)
  const message = `the configuration has ${bytes} bytes, and a ConfigMap holds ${MAX_CONFIG_BYTES}: use fewer Actions, fewer attributes in them, or selectors that match fewer workloads`
  return bytes > MAX_CONFIG_BYTES ? [message] : []
}

/** The objects that a group is to have, or why it keeps those it has. */
export const deploymentOf = (
  group: CollectorsGroup,
  rendered: Rendered,
  around: DeploymentSurroundings,
): Deployment => {
  const isWaiting =
    group.spec.role !== 'Node' && group.spec.role !== 'Cluster' && Object.keys(rendered.config.exporters).length === 0
  if (isWaiting)
    return { configured: { reason: 'WaitingForDestination', message: 'there is no usable Destination' }, objects: [] }
  const config = configYaml(rendered.config)
  const problems = [...checkConfiguration(rendered.config), ...sizeProblems(config)]
  if (problems.length > 0)
    return {
      configured: { reason: 'ConfigurationRejected', message: [...problems, rendered.message].join('; ') },
      objects: [],
    }
  const content = {
    config,
    env: rendered.env,
    secretsHash: secretsHash(rendered.env, around.secrets),
  }
  const objects = collectorObjects(group, around.settings, {
    ...content,
    isDrained: around.queues.drained.has(group.metadata.name),
    lanes: rendered.lanes ?? [],
    shards: rendered.shards ?? [],
    ...needsOf(rendered.config),
  })
  const workloadHash = objects.find(isWorkload)?.metadata.annotations?.[APPLIED_HASH_ANNOTATION] ?? ''
  return {
    configured: { hash: configHash(content.config), workloadHash, message: rendered.message },
    objects,
    configMap: configMapName(group.metadata.name, content.config),
  }
}
