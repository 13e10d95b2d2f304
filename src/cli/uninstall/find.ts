/** Reads what there is to uninstall. */
import type { KubeObject, Pod } from '../../api/kubernetes.ts'
import { IMAGE_ARCHITECTURE, MANAGED_BY_SELECTOR, isOurs, OPT_LABEL, WEBHOOK_NAME } from '../../api/names.ts'
import { QUEUE_KEEPER } from '../../api/reports/queue-report.ts'
import { asFields } from '../../api/types/fields.ts'
import { podTemplateOf, WORKLOAD_KINDS } from '../../api/workload-kinds.ts'
import { isNotFound } from '../../kube/http/error.ts'
import { listObjects } from '../../kube/http/list-objects.ts'
import { RESOURCES, WORKLOAD_TYPES } from '../../kube/resources.ts'
import type { KubeClient, ResourceType } from '../../kube/types.ts'
import type { Session } from '../session.ts'
import type { Found } from './plan.ts'

const RELEASE_ANNOTATION = 'meta.helm.sh/release-name'
const OWN_NAME = 'odigos'

/** By the labels of the chart and of our controllers; names can be those of others. */
const isOwn = ({ metadata }: KubeObject): boolean =>
  isOurs(metadata) || metadata.labels?.['app.kubernetes.io/name'] === OWN_NAME

/** Not of pods that a workload owns, which is listed itself. */
const isRoot = ({ metadata }: KubeObject): boolean => (metadata.ownerReferences ?? []).length === 0

/** None where the kind is not served. */
const listed = async (
  client: KubeClient,
  type: ResourceType,
  options: Parameters<typeof listObjects>[2] = {},
): Promise<KubeObject[]> => {
  try {
    return await listObjects(client, type, options)
  } catch (error) {
    if (isNotFound(error)) return []
    throw error
  }
}

const labelledOf = async (client: KubeClient): Promise<Found['labelled']> => {
  const options = { labelSelector: OPT_LABEL }
  const namespaces = await listObjects(client, RESOURCES.namespaces, options)
  const workloads = await Promise.all(
    WORKLOAD_KINDS.map(async ({ kind }) => {
      const objects = await listObjects(client, WORKLOAD_TYPES[kind], options)
      return objects.map(({ metadata: { name, namespace = '' } }) => ({ kind, name, namespace }))
    }),
  )
  return [...namespaces.map(({ metadata: { name } }) => ({ kind: 'Namespace', name })), ...workloads.flat()]
}

/** Pods of the namespaces in which something is instrumented; of all, where the definitions that tell are gone. */
const podsOf = async (client: KubeClient, hasDefinitions: boolean): Promise<Found['pods']> => {
  if (!hasDefinitions) return listObjects<Pod & KubeObject>(client, RESOURCES.pods)
  const configs = await listed(client, RESOURCES.instrumentationConfigs)
  const namespaces = [...new Set(configs.flatMap(({ metadata: { namespace } }) => namespace ?? []))]
  const pods = await Promise.all(
    namespaces.map((namespace) => listObjects<Pod & KubeObject>(client, RESOURCES.pods, { namespace })),
  )
  return pods.flat()
}

const isCollectorNode = ({ status }: KubeObject & { status?: unknown }): boolean => {
  const { operatingSystem = 'linux', architecture = IMAGE_ARCHITECTURE } = asFields(asFields(status)['nodeInfo'])
  return operatingSystem === 'linux' && architecture === IMAGE_ARCHITECTURE
}

/** The image of our processes, also after an attempt that has removed them: collectors have it before they start. */
const imageOf = (webhook: KubeObject | undefined, running: readonly KubeObject[]): string | undefined =>
  (webhook && podTemplateOf(webhook)?.spec.containers[0]?.image) ??
  running
    .flatMap((object) => podTemplateOf(object)?.spec.initContainers ?? [])
    .find(({ name }) => name === QUEUE_KEEPER)?.image

const names = (objects: readonly KubeObject[]): string[] => objects.map(({ metadata }) => metadata.name)

/** What others have in the namespace. */
const FOREIGN_KINDS = [
  RESOURCES.deployments,
  RESOURCES.statefulSets,
  RESOURCES.daemonSets,
  RESOURCES.cronJobs,
  RESOURCES.jobs,
  RESOURCES.pods,
  RESOURCES.persistentVolumeClaims,
]

const refOf = ({ kind, metadata }: KubeObject): string => `${kind.toLowerCase()}/${metadata.name}`

export const findInstallation = async ({ client: connect, systemNamespace: namespace }: Session): Promise<Found> => {
  const client = await connect()
  const definitions = await listObjects(client, RESOURCES.customResourceDefinitions, {
    labelSelector: MANAGED_BY_SELECTOR,
  })
  const hasDefinitions = definitions.length > 0
  const [system, webhook, labelled, pods, nodes, ...inNamespace] = await Promise.all([
    client.get({ type: RESOURCES.namespaces, name: namespace }),
    client.get({ type: RESOURCES.deployments, namespace, name: WEBHOOK_NAME }),
    labelledOf(client),
    podsOf(client, hasDefinitions),
    listObjects(client, RESOURCES.nodes),
    ...FOREIGN_KINDS.map((type) => listObjects(client, type, { namespace })),
  ])
  const running = inNamespace.flat()
  return {
    systemNamespace: namespace,
    release: webhook?.metadata.annotations?.[RELEASE_ANNOTATION],
    labelled,
    pods,
    definitions: names(definitions),
    nodes: hasDefinitions ? names(nodes.filter(isCollectorNode)) : [],
    image: imageOf(webhook, running),
    hasProcesses: webhook !== undefined,
    foreign: running.filter((object) => isRoot(object) && !isOwn(object)).map(refOf),
    namespaceExists: system !== undefined,
  }
}
