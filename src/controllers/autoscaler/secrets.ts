/** The Secrets that Destinations name. They are read when they are needed, and not watched, so that none is held in memory. */
import type { Destination } from '../../api/kinds/destination.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { chainExpiryMs, secretFaults } from '../../destinations/tls/client-certificate.ts'
import { CLIENT_CERTIFICATE_FIELD } from '../../destinations/tls/names.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import type { SecretView } from './acceptance.ts'

export interface SecretsOptions {
  client: KubeClient
  namespace: string
}

/** Those that exist, by name. */
export const readSecrets = async (
  { client, namespace }: SecretsOptions,
  destinations: readonly Destination[],
): Promise<Map<string, KubeObject>> => {
  const names = new Set(destinations.flatMap(({ spec }) => spec.secretRef?.name ?? []))
  const secrets = new Map<string, KubeObject>()
  for (const name of names) {
    const secret = await client.get<KubeObject>({ type: RESOURCES.secrets, namespace, name })
    if (secret) secrets.set(name, secret)
  }
  return secrets
}

/** Keys and values of a Secret, as text. */
export const secretValues = (secret: KubeObject): [string, string][] =>
  Object.entries((secret['data'] ?? {}) as Record<string, string>).map(([key, value]) => [
    key,
    Buffer.from(value, 'base64').toString('utf8'),
  ])

/** What is kept of a Secret. */
export const secretView = (secret: KubeObject): SecretView => {
  const values = secretValues(secret)
  const certificate = values.find(([key]) => key === CLIENT_CERTIFICATE_FIELD)?.[1]
  const expiresMs = certificate === undefined ? undefined : chainExpiryMs(certificate)
  return {
    keys: values.map(([key]) => key),
    faults: secretFaults(values),
    ...(expiresMs === undefined ? {} : { expiresMs }),
    resourceVersion: secret.metadata.resourceVersion ?? '',
  }
}
