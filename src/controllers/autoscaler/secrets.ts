/** The Secrets that Destinations name. They are read when they are needed, and not watched, so that none is held in memory. */
import type { Destination } from '../../api/kinds/destination.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { secretValueFault } from '../../destinations/secret-value.ts'
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
  const faults = values.flatMap(([key, value]) => {
    const fault = secretValueFault(value)
    return fault === undefined ? [] : [[key, fault]]
  })
  return {
    keys: values.map(([key]) => key),
    faults: Object.fromEntries(faults) as Record<string, string>,
    resourceVersion: secret.metadata.resourceVersion ?? '',
  }
}
