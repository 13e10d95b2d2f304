import type { Metadata, OwnerReference } from '../../../api/kubernetes.ts'

/** Annotations that decisions need; the others can be large and are not kept. */
const ownAnnotations = (annotations: Record<string, string> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations ?? {}).filter(([name]) => name.includes('odigos.io/')))

/** Metadata that decisions need. */
export const keptMetadata = (
  metadata: Metadata & { name: string },
): Metadata & { name: string; namespace: string } => ({
  name: metadata.name,
  namespace: metadata.namespace ?? '',
  ...(metadata.uid ? { uid: metadata.uid } : {}),
  ...(metadata.generation === undefined ? {} : { generation: metadata.generation }),
  ...(metadata.creationTimestamp ? { creationTimestamp: metadata.creationTimestamp } : {}),
  ...(metadata.deletionTimestamp ? { deletionTimestamp: metadata.deletionTimestamp } : {}),
  labels: metadata.labels ?? {},
  annotations: ownAnnotations(metadata.annotations),
  ownerReferences: (metadata.ownerReferences ?? []).map(
    ({ apiVersion, kind, name, uid, controller }): OwnerReference => ({
      apiVersion,
      kind,
      name,
      uid,
      controller: controller ?? false,
    }),
  ),
})
