/** What would be in the way of an installation; pure. */
import { isForeignInjector } from '../../api/agents/foreign-webhooks.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { isOurs } from '../../api/names.ts'
import { asFields } from '../../api/types/fields.ts'
import { parseQuantity } from '../../api/types/quantity.ts'
import { judgeCrds } from '../../kube/crds/judge-crds.ts'
import type { Facts, Needed } from './facts.ts'
import type { Finding } from './finding.ts'
import { findingsOf, named } from './finding.ts'
import { judgeNodes } from './nodes.ts'

/** `kubeVersion` of the chart; a test compares them. */
export const OLDEST_MINOR = 29
/** ValidatingAdmissionPolicies are stable since then. */
const POLICIES_MINOR = 30
const apiServer = ({ version, hasPolicies }: Facts): Finding[] => {
  const { passed, failed, warning } = findingsOf('API server')
  const [major = 0, minor = 0] = (/v?(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number)
  const isOld = major < 1 || (major === 1 && minor < OLDEST_MINOR)
  return [
    isOld
      ? failed('Kubernetes', `${version} is older than 1.${OLDEST_MINOR}`, 'Upgrade the cluster.')
      : passed('Kubernetes', version),
    hasPolicies
      ? passed('Admission policies', 'dry runs and the fence are available')
      : warning(
          'Admission policies',
          'the API server has no ValidatingAdmissionPolicies: no pod is tried as a dry run, and the accounts of Odigos are not fenced',
          `Upgrade the cluster to 1.${POLICIES_MINOR} or later.`,
        ),
  ]
}

const ENFORCE = 'pod-security.kubernetes.io/enforce'

const podSecurity = ({ namespace, systemNamespace }: Facts): Finding => {
  const { passed, failed, warning } = findingsOf('Namespace')
  const remedy = `kubectl label namespace ${systemNamespace} ${ENFORCE}=privileged --overwrite`
  if (!namespace)
    return warning(
      'Pod Security',
      `the namespace ${systemNamespace} does not exist yet; detectors need the level privileged`,
      `kubectl create namespace ${systemNamespace} && ${remedy}`,
    )
  const level = namespace.metadata.labels?.[ENFORCE]
  if (level === 'privileged') return passed('Pod Security', 'detectors are permitted')
  const text =
    level === undefined
      ? 'the namespace has no level; if the default of the cluster is not privileged, detectors are refused'
      : `the level ${level} refuses detectors, which read the processes of a node`
  return level === undefined ? warning('Pod Security', text, remedy) : failed('Pod Security', text, remedy)
}

/** Compute resources that a quota counts, and that pods must set then. Collectors and processes have no CPU limit. */
const quotas = ({ quotas: found, systemNamespace }: Facts): Finding => {
  const { passed, failed, unknown } = findingsOf('Namespace')
  if (!found) return unknown('Quotas', 'they may not be read')
  const strict = found.filter((quota) => 'limits.cpu' in asFields(asFields(quota['spec'])['hard']))
  return strict.length === 0
    ? passed('Quotas', found.length === 0 ? 'there are none' : 'none requires a CPU limit')
    : failed(
        'Quotas',
        `${named(strict)} counts limits.cpu, so pods without a CPU limit are refused, as those of Odigos`,
        `kubectl delete resourcequota ${strict[0]?.metadata.name} -n ${systemNamespace}, or add a LimitRange with a default for CPU.`,
      )
}

/** Requests of the smallest pods of Odigos, those in which a configuration is tried. */
const SMALLEST: Readonly<Record<string, string>> = { cpu: '10m', memory: '64Mi' }

const minimaAbove = (range: KubeObject): boolean => {
  const { limits = [] } = asFields(range['spec']) as { limits?: { min?: Record<string, string> }[] }
  return limits.some(({ min = {} }) =>
    Object.entries(SMALLEST).some(
      ([name, value]) => (parseQuantity(min[name] ?? '0') ?? 0) > (parseQuantity(value) ?? 0),
    ),
  )
}

const ranges = ({ ranges: found }: Facts): Finding => {
  const { passed, warning, unknown } = findingsOf('Namespace')
  if (!found) return unknown('LimitRanges', 'they may not be read')
  const high = found.filter(minimaAbove)
  return high.length === 0
    ? passed('LimitRanges', found.length === 0 ? 'there are none' : 'their minima are met')
    : warning(
        'LimitRanges',
        `minima of ${named(high)} are above ${SMALLEST['cpu']} and ${SMALLEST['memory']}, so configurations cannot be tried`,
        'Lower the minima in the namespace of Odigos.',
      )
}

const describeNeeded = ({ verb, resource, group }: Needed): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}`

const permissions = ({ denied }: Facts): Finding[] => {
  const { passed, failed } = findingsOf('Permissions')
  if (!denied) return []
  if (denied.length === 0) return [passed('Yours', 'you may create all that the chart has')]
  const missing = `you may not: ${denied.map(describeNeeded).join(', ')}`
  return [failed('Yours', missing, 'Ask an administrator of the cluster to install Odigos, or for these permissions.')]
}

const otherProducts = ({ crds, webhooks }: Facts): Finding[] => {
  const { passed, failed, warning, unknown } = findingsOf('Other products')
  const verdict = crds && judgeCrds(crds, [])
  const injectors = webhooks?.filter((each) => !isOurs(each.metadata) && isForeignInjector(each.metadata.name))
  return [
    !verdict
      ? unknown('Definitions', 'the CustomResourceDefinitions may not be read')
      : verdict.do === 'refuse'
        ? failed('Definitions', verdict.message)
        : passed('Definitions', 'no other product has kinds of odigos.io'),
    !injectors
      ? unknown('Other agents', 'webhooks may not be read')
      : injectors.length > 0
        ? warning(
            'Other agents',
            `these may add agents of their own: ${named(injectors)}; pods with one get none of Odigos (ForeignAgent)`,
            'Opt workloads in with one of them only.',
          )
        : passed('Other agents', 'no webhook of a vendor that is known'),
  ]
}

const dns = ({ dnsServices }: Facts): Finding => {
  const { passed, warning, unknown } = findingsOf('API server')
  if (!dnsServices) return unknown('Cluster DNS', 'Services of kube-system may not be read')
  return dnsServices.length > 0
    ? passed('Cluster DNS', named(dnsServices))
    : warning(
        'Cluster DNS',
        'no Service has the label k8s-app=kube-dns in kube-system; agents and collectors are found by names',
        'Check that the cluster has a DNS.',
      )
}

/** All findings, in groups. */
export const judgeBefore = (facts: Facts): Finding[] => [
  ...apiServer(facts),
  dns(facts),
  ...judgeNodes(facts.nodes),
  podSecurity(facts),
  quotas(facts),
  ranges(facts),
  ...permissions(facts),
  ...otherProducts(facts),
]
