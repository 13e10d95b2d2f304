/** Whether an installation works: its parts, and what needs attention; pure. */
import type { KubeObject } from '../../api/kubernetes.ts'
import { RELEASE, VERSION_ANNOTATION, WEBHOOK_NAME } from '../../api/names.ts'
import { replicaCounts } from '../../api/workload-kinds.ts'
import { compareVersions } from '../../kube/crds/compare-versions.ts'
import type { ReadCrd } from '../../kube/crds/read-crds.ts'
import type { AttentionGroup } from '../../view/attention/attention-group.ts'
import { attentionOf } from '../../view/attention/attention.ts'
import type { ClusterView } from '../../view/view.ts'
import type { Finding } from './finding.ts'
import { findingsOf } from './finding.ts'

export interface Installed {
  systemNamespace: string
  deployments: KubeObject[]
  webhook: KubeObject | undefined
  crds: ReadCrd[]
  view: ClusterView
}

const deployment = (object: KubeObject, namespace: string): Finding => {
  const { passed, failed } = findingsOf('Installation')
  const { name } = object.metadata
  const { desired: wanted, ready } = replicaCounts(object) ?? { desired: 0, ready: 0 }
  return ready >= wanted && wanted > 0
    ? passed(name, `${ready} of ${wanted} ready`)
    : failed(
        name,
        `${ready} of ${wanted} ready`,
        `kubectl describe pods -n ${namespace} -l odigos.io/component=${name.replace(/^odigos-/, '')}`,
      )
}

interface Hook {
  clientConfig?: { caBundle?: string }
}

const webhook = (object: KubeObject | undefined, namespace: string): Finding => {
  const { passed, failed } = findingsOf('Installation')
  const logs = `kubectl logs -n ${namespace} deploy/odigos-instrumentor`
  if (!object)
    return failed(
      'Webhook',
      `the MutatingWebhookConfiguration ${WEBHOOK_NAME} is missing, so no pod gets an agent`,
      logs,
    )
  const hooks = (object as unknown as { webhooks?: Hook[] }).webhooks ?? []
  const isSigned = hooks.length > 0 && hooks.every(({ clientConfig }) => (clientConfig?.caBundle ?? '') !== '')
  return isSigned
    ? passed('Webhook', 'it is configured, with a certificate')
    : failed('Webhook', 'it has no certificate yet, so the API server does not call it', logs)
}

const definitions = (crds: readonly ReadCrd[]): Finding => {
  const { passed, failed, warning } = findingsOf('Installation')
  const releases = [...new Set(crds.map(({ release }) => release ?? 'unknown'))]
  const pending = crds.filter(({ notEstablished }) => notEstablished !== undefined)
  if (pending.length > 0)
    return failed(
      'Definitions',
      `not served: ${pending.map(({ name }) => name).join(', ')}`,
      'kubectl get crd -l app.kubernetes.io/managed-by=odigos',
    )
  const [release = 'unknown', ...others] = releases
  if (others.length > 0)
    return warning(
      'Definitions',
      `of several releases: ${releases.join(', ')} (${VERSION_ANNOTATION})`,
      'helm upgrade, with the arguments of the installation',
    )
  if (release === RELEASE) return passed('Definitions', `of release ${release}`)
  const isOlder = release === 'unknown' || compareVersions(release, RELEASE) < 0
  return warning(
    'Definitions',
    `the cluster has release ${release}, and this is the CLI of ${RELEASE}`,
    isOlder ? 'Upgrade Odigos, or use the CLI of its release.' : 'Upgrade the CLI.',
  )
}

const OUTCOMES: Record<AttentionGroup['severity'], Finding['outcome']> = {
  bad: 'failed',
  warn: 'warning',
  info: 'warning',
}

/** What needs attention, as the UI tells it. */
const attention = (view: ClusterView): Finding[] => {
  const groups = attentionOf(view)
  const { passed } = findingsOf('Pipeline')
  if (groups.length === 0) return [passed('Workloads, collectors, destinations', 'nothing needs attention')]
  return groups.map(({ severity, title, remedy, items }) => ({
    group: 'Pipeline',
    outcome: OUTCOMES[severity],
    title,
    message: items
      .slice(0, 5)
      .map(({ label, detail }) => (detail === '' ? label : `${label}: ${detail}`))
      .join('; '),
    ...(remedy === '' ? {} : { remedy }),
  }))
}

export const judgeAfter = ({
  systemNamespace,
  deployments,
  webhook: configuration,
  crds,
  view,
}: Installed): Finding[] => [
  definitions(crds),
  ...deployments.map((each) => deployment(each, systemNamespace)),
  webhook(configuration, systemNamespace),
  ...attention(view),
]
