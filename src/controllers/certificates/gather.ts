import type { KubeObject } from '../../api/kubernetes.ts'
import { COMPONENT_LABEL } from '../../api/names.ts'
import { serviceNames } from '../../certs/certificates.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import type { CertificateSecret, Observed } from './reconcile.ts'
import type { WebhookSettings } from './webhook-configuration.ts'
import { servedNamespaces, WEBHOOK_COMPONENT } from './webhook-configuration.ts'

export interface GatherOptions {
  client: KubeClient
  webhook: WebhookSettings
  secretName: string
  /** Namespaces that hold an InstrumentationConfig; `undefined` while the settings, which may ignore some, are unknown. */
  namespaces: () => string[] | undefined
  nowMs: () => number
}

const decode = (object: KubeObject): CertificateSecret =>
  Object.fromEntries(
    Object.entries((object['data'] ?? {}) as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  )

/** The chart creates both with this label; an object of that name without it is left unchanged. */
const requireOurs = ({ kind, metadata: { name, labels } }: KubeObject): void => {
  if (labels?.[COMPONENT_LABEL] === WEBHOOK_COMPONENT) return
  throw new Error(
    `the ${kind} ${name} does not belong to this installation (no label ${COMPONENT_LABEL}=${WEBHOOK_COMPONENT}) and is left unchanged`,
  )
}

/** Reads the Secret and the webhook configuration; neither is worth a watch. */
export const createGather = (options: GatherOptions): (() => Promise<Observed>) => {
  const { client, webhook, secretName, namespaces, nowMs } = options
  let seenAtMs: number | undefined
  return async () => {
    const secret = await client.get<KubeObject>({
      type: RESOURCES.secrets,
      namespace: webhook.systemNamespace,
      name: secretName,
    })
    if (!secret) throw new Error(`the Secret ${secretName}, which the chart creates, is missing`)
    requireOurs(secret)
    const configuration = await client.get<KubeObject>({
      type: RESOURCES.mutatingWebhookConfigurations,
      name: webhook.configurationName,
    })
    if (configuration) requireOurs(configuration)
    if (configuration) seenAtMs = nowMs()
    return {
      webhook,
      secretRef: { apiVersion: 'v1', kind: 'Secret', metadata: { ...secret.metadata } },
      secret: decode(secret),
      names: serviceNames(webhook.serviceName, webhook.systemNamespace),
      // Certificates are renewed even while nobody knows which namespaces to add or remove.
      namespaces: (namespaces() ?? servedNamespaces(configuration)).toSorted(),
      configuration,
      seenAtMs,
      nowMs: nowMs(),
    }
  }
}
