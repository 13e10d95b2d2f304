/** A Secret with values that are only entered for a test, which is deleted with it. */
import { createHash, randomUUID } from 'node:crypto'
import type { KubeObject } from '../../api/kubernetes.ts'
import { CONNECTION_TEST_LABEL, CONNECTION_TEST_NAME, MANAGED_BY, MANAGED_BY_LABEL } from '../../api/names.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { DestinationStore } from './destination-secret.ts'
import { encoded, withoutValues } from './destination-secret.ts'

/** The pod of the UI, which owns the Secret, so that it never outlives the pod. */
export interface OwnPod {
  name: string
  uid: string
}

/** The same for each test of a pod, so that one that a crash left is found; nobody guesses it who cannot read pods. */
const nameOf = (uid: string): string =>
  `${CONNECTION_TEST_NAME}-${createHash('sha256').update(uid).digest('hex').slice(0, 20)}`

/** One at a time. The responses of the API server contain the values, and are dropped. */
export const withTemporarySecret = async <Result>(
  { client, namespace, fieldManager }: DestinationStore,
  { pod, values }: { pod?: OwnPod; values: Record<string, string> },
  work: (name: string) => Promise<Result>,
): Promise<Result> => {
  const name = nameOf(pod?.uid ?? randomUUID())
  const ref = { type: RESOURCES.secrets, namespace, name }
  const labels = { [MANAGED_BY_LABEL]: MANAGED_BY, [CONNECTION_TEST_LABEL]: 'allowed' }
  const owners = pod ? [{ apiVersion: 'v1', kind: 'Pod', name: pod.name, uid: pod.uid }] : []
  const metadata = { name, namespace, labels, ...(pod ? { ownerReferences: owners } : {}) }
  const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: encoded(values) }
  await client.delete(ref)
  try {
    await withoutValues(client.create(RESOURCES.secrets, secret, { fieldManager }))
    return await work(name)
  } finally {
    await client.delete(ref).catch(() => false)
  }
}
