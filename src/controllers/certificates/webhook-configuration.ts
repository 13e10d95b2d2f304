import type { KubeObject } from '../../api/kubernetes.ts'
import { COMPONENT_LABEL, REVIEW_PATH, WEBHOOK_NAME } from '../../api/names.ts'

/** Value of the component label of the webhook's objects. */
export const WEBHOOK_COMPONENT = 'webhook'

export interface WebhookSettings {
  configurationName: string
  serviceName: string
  systemNamespace: string
  timeoutSeconds: number
}

/** Pods of no interest, in CEL: mirror pods of the kubelet, and our own. */
const MATCH_CONDITIONS = [
  {
    name: 'not-a-mirror-pod',
    expression: "!has(object.metadata.annotations) || !('kubernetes.io/config.mirror' in object.metadata.annotations)",
  },
  {
    name: 'not-ours',
    expression: `!has(object.metadata.labels) || !('${COMPONENT_LABEL}' in object.metadata.labels)`,
  },
]

const podWebhook = (settings: WebhookSettings, caBundle: string, namespaces: readonly string[]) => ({
  name: `pods.${WEBHOOK_NAME}.odigos.io`,
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  failurePolicy: 'Ignore',
  reinvocationPolicy: 'IfNeeded',
  matchPolicy: 'Equivalent',
  timeoutSeconds: settings.timeoutSeconds,
  clientConfig: {
    caBundle: Buffer.from(caBundle).toString('base64'),
    service: { name: settings.serviceName, namespace: settings.systemNamespace, path: REVIEW_PATH, port: 443 },
  },
  rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' }],
  namespaceSelector: {
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...namespaces].toSorted() }],
  },
  matchConditions: MATCH_CONDITIONS,
})

/**
 * The webhook configuration for exactly these namespaces; without any there is no webhook, and the API server calls
 * nobody. `caBundle` is PEM. What each setting is for: design rule "a user's pod is never harmed" (Ignore, a short
 * time-out), other webhooks may run after ours (IfNeeded), a review changes nothing but its response (sideEffects None).
 */
export const webhookConfiguration = (
  settings: WebhookSettings,
  caBundle: string,
  namespaces: readonly string[],
): KubeObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  // By the label a configuration that was deleted and created again is still known as ours.
  metadata: { name: settings.configurationName, labels: { [COMPONENT_LABEL]: WEBHOOK_COMPONENT } },
  webhooks: namespaces.length === 0 ? [] : [podWebhook(settings, caBundle, namespaces)],
})

interface SelectingWebhook {
  namespaceSelector?: { matchExpressions?: { values?: string[] }[] }
}

/** Namespaces for which the API server calls the webhook by this configuration. */
export const servedNamespaces = (found: KubeObject | undefined): string[] =>
  ((found?.['webhooks'] ?? []) as SelectingWebhook[]).flatMap(
    ({ namespaceSelector }) => namespaceSelector?.matchExpressions?.flatMap(({ values = [] }) => values) ?? [],
  )

const holds = (found: unknown, desired: unknown): boolean => {
  if (Array.isArray(desired)) {
    return Array.isArray(found) && found.length === desired.length && desired.every((item, i) => holds(found[i], item))
  }
  if (typeof desired !== 'object' || desired === null) return found === desired
  if (typeof found !== 'object' || found === null) return false
  return Object.entries(desired).every(([key, value]) => holds((found as Record<string, unknown>)[key], value))
}

/** Whether the configuration found has exactly the desired webhooks; fields that only the server sets are ignored. */
export const isInPlace = (found: KubeObject | undefined, desired: KubeObject): boolean =>
  found !== undefined && holds(found['webhooks'] ?? [], desired['webhooks'])
