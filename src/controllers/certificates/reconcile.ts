import type { KubeObject } from '../../api/kubernetes.ts'
import { isCertificate, isPair, isSignedBy, needsRenewal } from '../../certs/certificates.ts'
import type { ApplyAction, Subject } from '../actions/action.ts'
import type { WebhookSettings } from './webhook-configuration.ts'
import { isInPlace, webhookConfiguration } from './webhook-configuration.ts'

/** Keys of the Secret, all PEM. `old-ca.crt` is trusted in addition to `ca.crt` until the serving certificates have changed. */
export interface CertificateSecret {
  'ca.crt'?: string
  'ca.key'?: string
  'old-ca.crt'?: string
  'tls.crt'?: string
  'tls.key'?: string
}

/** Days that certificates live. A third before the end they are renewed. */
export const AUTHORITY_DAYS = 3650
export const SERVING_DAYS = 90

export type CertificateAction = 'keep' | 'issue-serving' | 'issue-authority'

export interface Observed {
  webhook: WebhookSettings
  /** Identity and version of the Secret. */
  secretRef: Subject & { metadata: { resourceVersion?: string } }
  secret: CertificateSecret
  /** Names that the serving certificate has to be good for. */
  names: readonly string[]
  /** Namespaces whose pods are sent to the webhook. */
  namespaces: readonly string[]
  configuration: KubeObject | undefined
  /** When the configuration was last read; `undefined` where it never existed while this process ran. */
  seenAtMs: number | undefined
  nowMs: number
}

/**
 * `helm uninstall` deletes the configuration moments before the instrumentor. One that was created again in between would
 * stay, and the next installation would refuse to take it over.
 */
export const RECREATE_AFTER_MS = 20_000

/** Whether the missing configuration may be about to go with everything else. */
export const mayBeUninstalling = ({ configuration, seenAtMs, nowMs }: Observed): boolean =>
  configuration === undefined && seenAtMs !== undefined && nowMs - seenAtMs < RECREATE_AFTER_MS

export type CertificatesAction =
  | ApplyAction
  | {
      do: 'issue'
      about: Observed['secretRef']
      what: Exclude<CertificateAction, 'keep'>
      secret: CertificateSecret
      names: readonly string[]
    }

/** The action that the Secret's certificates require; missing or damaged ones are issued again. */
export const certificateAction = (
  secret: CertificateSecret,
  names: readonly string[],
  nowMs: number,
): CertificateAction => {
  const {
    'ca.crt': authority = '',
    'ca.key': authorityKey = '',
    'tls.crt': serving = '',
    'tls.key': servingKey = '',
  } = secret
  if (!isPair(authority, authorityKey) || needsRenewal(authority, nowMs)) return 'issue-authority'
  if (!isPair(serving, servingKey) || needsRenewal(serving, nowMs, names)) return 'issue-serving'
  return isSignedBy(serving, authority) ? 'keep' : 'issue-serving'
}

/** What the API server is to trust: the current and the previous authority. It refuses what it cannot parse. */
export const caBundle = (secret: CertificateSecret): string =>
  [secret['ca.crt'] ?? '', secret['old-ca.crt'] ?? ''].filter(isCertificate).join('')

/** What must change: certificates first, and when they are in the Secret, the configuration that trusts them. */
export const reconcile = (observed: Observed): CertificatesAction[] => {
  const { webhook, secretRef, secret, names, namespaces, configuration, nowMs } = observed
  const what = certificateAction(secret, names, nowMs)
  if (what !== 'keep') return [{ do: 'issue', about: secretRef, what, secret, names }]
  if (mayBeUninstalling(observed)) return []
  const object = webhookConfiguration(webhook, caBundle(secret), namespaces)
  return isInPlace(configuration, object) ? [] : [{ do: 'apply', object, about: secretRef }]
}
