/** Reads what the checks before an installation judge. What may not be read is undefined. */
import { KINDS } from '../../api/kinds/index.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { API_GROUP } from '../../api/names.ts'
import type { ReadCrd } from '../../kube/crds/read-crds.ts'
import { readCrds } from '../../kube/crds/read-crds.ts'
import { isNotFound, KubeError } from '../../kube/http/error.ts'
import { listObjects } from '../../kube/http/list-objects.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient, ResourceType } from '../../kube/types.ts'
import type { Session } from '../session.ts'

/** Something that an installation creates, and that the user may lack the permission for. */
export interface Needed {
  verb: string
  group: string
  resource: string
  namespaced: boolean
}

export interface Facts {
  systemNamespace: string
  /** `v1.31.2`. */
  version: string
  hasPolicies: boolean
  nodes: KubeObject[] | undefined
  /** The namespace of Odigos; null if it does not exist. */
  namespace: KubeObject | null
  quotas: KubeObject[] | undefined
  ranges: KubeObject[] | undefined
  webhooks: KubeObject[] | undefined
  dnsServices: KubeObject[] | undefined
  crds: ReadCrd[] | undefined
  /** What the user is not permitted to do; absent where that was not asked. */
  denied?: Needed[]
}

const created =
  (namespaced: boolean) =>
  (group: string, ...resources: string[]): Needed[] =>
    resources.map((resource) => ({ verb: 'create', group, resource, namespaced }))
const inCluster = created(false)
const inNamespace = created(true)

/** What `helm install` creates of the chart, but for what every user of a namespace may. */
export const NEEDED: readonly Needed[] = [
  ...inCluster('', 'namespaces'),
  ...inCluster('apiextensions.k8s.io', 'customresourcedefinitions'),
  ...inCluster('rbac.authorization.k8s.io', 'clusterroles', 'clusterrolebindings'),
  ...inCluster(
    'admissionregistration.k8s.io',
    'mutatingwebhookconfigurations',
    'validatingadmissionpolicies',
    'validatingadmissionpolicybindings',
  ),
  ...inNamespace('rbac.authorization.k8s.io', 'roles', 'rolebindings'),
  ...inNamespace('apps', 'deployments'),
  ...inNamespace('', 'secrets', 'serviceaccounts', 'services', 'configmaps'),
  ...inNamespace('networking.k8s.io', 'networkpolicies'),
  ...inNamespace('policy', 'poddisruptionbudgets'),
]

const POLICIES = '/apis/admissionregistration.k8s.io/v1'

/** Undefined where the user may not, or the API server does not know it. */
export const ifPermitted = async <T>(read: Promise<T>): Promise<T | undefined> => {
  try {
    return await read
  } catch (error) {
    if (isNotFound(error) || (error instanceof KubeError && error.status === 403)) return undefined
    throw error
  }
}

const isDenied = async (client: KubeClient, needed: Needed, systemNamespace: string): Promise<boolean> => {
  const { verb, group, resource, namespaced } = needed
  const attributes = { verb, group, resource, ...(namespaced ? { namespace: systemNamespace } : {}) }
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: attributes },
  }
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  const { status } = await client.request<{ status?: { allowed?: boolean } }>('POST', path, review)
  return status?.allowed !== true
}

const hasPolicies = async (client: KubeClient): Promise<boolean> => {
  const found = await ifPermitted(client.request<{ resources?: { name: string }[] }>('GET', POLICIES))
  return (found?.resources ?? []).some(({ name }) => name === 'validatingadmissionpolicies')
}

/** What an installation needs, and the user is not permitted to do. */
export const readDenied = async ({ client: connect, systemNamespace }: Session): Promise<Needed[]> => {
  const client = await connect()
  const answers = await Promise.all(
    NEEDED.map(async (needed) => ((await isDenied(client, needed, systemNamespace)) ? [needed] : [])),
  )
  return answers.flat()
}

const OWN_CRDS = KINDS.map(({ plural }) => `${plural}.${API_GROUP}`)

export const readFacts = async ({ client: connect, systemNamespace }: Session): Promise<Facts> => {
  const client = await connect()
  const ofOurs = (type: ResourceType) => ifPermitted(listObjects(client, type, { namespace: systemNamespace }))
  const [version, policies, nodes, namespace, quotas, ranges, webhooks, dnsServices, crds] = await Promise.all([
    client.request<{ gitVersion: string }>('GET', '/version'),
    hasPolicies(client),
    ifPermitted(listObjects(client, RESOURCES.nodes)),
    ifPermitted(client.get({ type: RESOURCES.namespaces, name: systemNamespace })),
    ofOurs(RESOURCES.resourceQuotas),
    ofOurs(RESOURCES.limitRanges),
    ifPermitted(listObjects(client, RESOURCES.mutatingWebhookConfigurations)),
    ifPermitted(
      listObjects(client, RESOURCES.services, { namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' }),
    ),
    ifPermitted(readCrds(client, OWN_CRDS)),
  ])
  return {
    systemNamespace,
    version: version.gitVersion,
    hasPolicies: policies,
    nodes,
    namespace: namespace ?? null,
    quotas,
    ranges,
    webhooks,
    dnsServices,
    crds,
  }
}
