/** A pod of a workload in the cluster, and what the webhook there knows. */
import type { InstrumentationConfig } from '../../api/kinds/instrumentation-config.ts'
import { effectiveConfig } from '../../api/kinds/odigos-config.ts'
import type { KubeObject, Pod } from '../../api/kubernetes.ts'
import { isOurs, ODIGOS_CONFIG_NAME, WEBHOOK_NAME } from '../../api/names.ts'
import { settingsView } from '../../api/settings.ts'
import { podTemplateOf } from '../../api/workload-kinds.ts'
import { instrumentationConfigName } from '../../api/workloads.ts'
import { agentImages } from '../../inject/agents/images.ts'
import { keptSpec } from '../../inject/kept-spec.ts'
import { trialPod } from '../../inject/pod/trial-pod.ts'
import { readQuota, readRange } from '../../inject/resources/read-limits.ts'
import type { DecisionContext } from '../../inject/types.ts'
import { listObjects } from '../../kube/http/list-objects.ts'
import { RESOURCES } from '../../kube/resources.ts'
import { loadConfig } from '../../process/config.ts'
import { CliError } from '../answer.ts'
import type { Session } from '../session.ts'
import type { Languages } from './assumed.ts'
import { assumedSpec } from './assumed.ts'
import type { Subject } from './subject.ts'
import type { WorkloadName } from './workload-ref.ts'
import { getWorkload } from './workload-ref.ts'

/** Variables with values of the webhook's Deployment; none where it is not installed. */
const webhookVariables = (deployment: KubeObject | undefined): Record<string, string> => {
  const { containers = [] } = (deployment && podTemplateOf(deployment)?.spec) ?? {}
  const variables = containers.flatMap(({ env = [] }) => env)
  return Object.fromEntries(variables.flatMap(({ name, value }) => (value ? [[name, value]] : [])))
}

/** What the webhook knows of a namespace, besides the workload. */
export const readContext = async (
  { client: connect, systemNamespace }: Session,
  namespace: string,
): Promise<Omit<DecisionContext, 'configFor'> & { isInstalled: boolean }> => {
  const client = await connect()
  const own = { namespace: systemNamespace }
  const [object, config, deployment, ranges, quotas] = await Promise.all([
    client.get({ type: RESOURCES.namespaces, name: namespace }),
    client.get({ type: RESOURCES.odigosConfigs, ...own, name: ODIGOS_CONFIG_NAME }),
    client.get({ type: RESOURCES.deployments, ...own, name: WEBHOOK_NAME }),
    listObjects(client, RESOURCES.limitRanges, { namespace }),
    listObjects(client, RESOURCES.resourceQuotas, { namespace }),
  ])
  if (!object) throw new CliError(`the namespace ${namespace} does not exist`)
  const variables = loadConfig('webhook', webhookVariables(deployment))
  const { labels = {}, annotations = {} } = object.metadata
  return {
    isInstalled: deployment !== undefined,
    namespace: { name: namespace, labels, annotations },
    systemNamespace,
    settings: (config && settingsView(config).spec) ?? effectiveConfig(undefined),
    images: agentImages(variables),
    podSecurityDefault: variables.POD_SECURITY_DEFAULT,
    limits: { ranges: ranges.flatMap((each) => readRange(each).items), quotas: quotas.map(readQuota) },
  }
}

const ASSUMED =
  'Odigos has no decision about it yet: this is what it would do if the languages are those of --language.'
const UNDECIDED =
  'Odigos has no decision about it: it is not opted in, or was not detected yet. Name its language with --language to see what would happen.'
const NOT_INSTALLED = 'Odigos is not installed in this cluster: the images are examples.'

/** The pod that the controller of the workload creates next. */
export const subjectFromCluster = async (
  session: Session,
  wanted: WorkloadName,
  languages: Languages,
): Promise<Subject> => {
  const client = await session.client()
  const namespace = await session.namespace()
  const workload = await getWorkload(client, wanted, namespace)
  const { kind, apiVersion, metadata } = workload
  const pod: Pod | undefined = trialPod(workload)
  if (!pod) throw new CliError(`the ${kind} ${metadata.name} has no pod template`)
  const [{ isInstalled, ...context }, config] = await Promise.all([
    readContext(session, namespace),
    client.get<InstrumentationConfig & KubeObject>({
      type: RESOURCES.instrumentationConfigs,
      namespace,
      name: instrumentationConfigName(kind, metadata.name),
    }),
  ])
  const decided = config && isOurs(config.metadata) ? keptSpec(config) : undefined
  const isAssumed = !decided && languages.size > 0
  const { systemNamespace } = session
  const assumed = { languages, systemNamespace, signals: context.settings.signals }
  const configFor = isAssumed ? assumedSpec({ apiVersion, kind, name: metadata.name }, pod, assumed) : decided
  const notes = [...(isInstalled ? [] : [NOT_INSTALLED]), ...(isAssumed ? [ASSUMED] : decided ? [] : [UNDECIDED])]
  return { title: `${kind} ${metadata.name} in ${namespace}`, pod, context: { ...context, configFor }, notes }
}
