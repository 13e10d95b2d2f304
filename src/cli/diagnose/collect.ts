/** Reads what a bundle holds. What cannot be read is told, and does not end it. */
import type { KubeObject } from '../../api/kubernetes.ts'
import { RELEASE, WEBHOOK_NAME } from '../../api/names.ts'
import { asFields } from '../../api/types/fields.ts'
import { KubeError } from '../../kube/http/error.ts'
import { listObjects } from '../../kube/http/list-objects.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import { judgeBefore } from '../check/before.ts'
import { readDenied, readFacts } from '../check/facts.ts'
import { readView } from '../read-view.ts'
import type { Session } from '../session.ts'

export interface Part {
  /** Name of the file in the bundle. */
  name: string
  content: unknown
}

export interface Collected {
  parts: Part[]
  /** What could not be read, and why. */
  missing: string[]
}

/** Objects in the namespace of Odigos. No Secrets, and no ConfigMaps, which hold addresses and headers of backends. */
const OWN_KINDS = {
  pods: RESOURCES.pods,
  deployments: RESOURCES.deployments,
  statefulsets: RESOURCES.statefulSets,
  daemonsets: RESOURCES.daemonSets,
  events: RESOURCES.events,
  services: RESOURCES.services,
  horizontalpodautoscalers: RESOURCES.horizontalPodAutoscalers,
  resourcequotas: RESOURCES.resourceQuotas,
  limitranges: RESOURCES.limitRanges,
}

interface Source {
  name: string
  read: () => Promise<unknown>
}

const containersOf = ({
  spec,
  status,
}: KubeObject & { spec?: unknown; status?: unknown }): { name: string; hasPrevious: boolean }[] => {
  const { containers = [], initContainers = [] } = asFields(spec) as Record<string, { name: string }[] | undefined>
  const { containerStatuses = [], initContainerStatuses = [] } = asFields(status) as Record<
    string,
    { name: string; restartCount?: number }[] | undefined
  >
  const restarted = [...containerStatuses, ...initContainerStatuses].filter(({ restartCount = 0 }) => restartCount > 0)
  return [...initContainers, ...containers].map(({ name }) => ({
    name,
    hasPrevious: restarted.some((each) => each.name === name),
  }))
}

/** Logs of all containers of a pod, and of those before a restart. */
const logSources = (client: KubeClient, pod: KubeObject, tailLines: number): Source[] =>
  containersOf(pod).flatMap(({ name, hasPrevious }) => {
    const { namespace = '', name: podName } = pod.metadata
    const path = `/api/v1/namespaces/${namespace}/pods/${podName}/log?container=${name}&tailLines=${tailLines}`
    const source = (suffix: string, query: string): Source => ({
      name: `logs/${podName}/${name}${suffix}.log`,
      read: () => client.request<string>('GET', `${path}${query}`),
    })
    return [source('', ''), ...(hasPrevious ? [source('.previous', '&previous=true')] : [])]
  })

const sourcesOf = (client: KubeClient, session: Session): Source[] => {
  const { systemNamespace: namespace } = session
  return [
    { name: 'versions.json', read: async () => ({ cli: RELEASE, apiServer: await client.request('GET', '/version') }) },
    {
      name: 'check.json',
      read: async () => judgeBefore({ ...(await readFacts(session)), denied: await readDenied(session) }),
    },
    { name: 'view.json', read: () => readView(session) },
    {
      name: 'nodes.json',
      read: async () =>
        (await listObjects(client, RESOURCES.nodes)).map(({ metadata, ...node }) => ({
          name: metadata.name,
          labels: metadata.labels,
          status: asFields(node['status'])['nodeInfo'],
        })),
    },
    {
      name: 'webhook.json',
      read: () => client.get({ type: RESOURCES.mutatingWebhookConfigurations, name: WEBHOOK_NAME }),
    },
    { name: 'actions.json', read: () => listObjects(client, RESOURCES.actions, { namespace }) },
    { name: 'collectorsgroups.json', read: () => listObjects(client, RESOURCES.collectorsGroups, { namespace }) },
    { name: 'instrumentationconfigs.json', read: () => listObjects(client, RESOURCES.instrumentationConfigs) },
    ...Object.entries(OWN_KINDS).map(([name, type]) => ({
      name: `odigos/${name}.json`,
      read: () => listObjects(client, type, { namespace }),
    })),
  ]
}

const whyNot = (error: unknown): string => (error instanceof KubeError ? error.detail : (error as Error).message)

const readAll = async (sources: readonly Source[], collected: Collected): Promise<void> => {
  for (const { name, read } of sources) {
    try {
      const content = await read()
      if (content !== undefined) collected.parts.push({ name, content })
    } catch (error) {
      collected.missing.push(`${name}: ${whyNot(error)}`)
    }
  }
}

/** Everything, not redacted yet. */
export const collect = async (session: Session, { tailLines }: { tailLines: number }): Promise<Collected> => {
  const client = await session.client()
  const collected: Collected = { parts: [], missing: [] }
  await readAll(sourcesOf(client, session), collected)
  const pods = collected.parts.find(({ name }) => name === 'odigos/pods.json')?.content as KubeObject[] | undefined
  session.progress(`Reading the logs of ${pods?.length ?? 0} pods…`)
  await readAll(
    (pods ?? []).flatMap((pod) => logSources(client, pod, tailLines)),
    collected,
  )
  return collected
}
