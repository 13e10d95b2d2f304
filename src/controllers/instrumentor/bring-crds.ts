import { customResourceDefinition } from '../../api/crd.ts'
import { KINDS } from '../../api/kinds/index.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { CONTENT_HASH_ANNOTATION } from '../../api/names.ts'
import type { AwaitCrdsOptions, CrdsWait } from '../../kube/crds/await-crds.ts'
import { awaitCrds } from '../../kube/crds/await-crds.ts'
import { isConflict } from '../../kube/http/error.ts'
import { RESOURCES } from '../../kube/resources.ts'
import type { KubeClient } from '../../kube/types.ts'
import { FIELD_MANAGER } from './field-manager.ts'

/**
 * Replaces only the version that was read: a write of another instrumentor or another product in between is read again
 * instead of overwritten.
 */
const write = async (client: KubeClient, crd: KubeObject, resourceVersion: string | undefined): Promise<void> => {
  const type = RESOURCES.customResourceDefinitions
  try {
    if (resourceVersion === undefined) await client.create(type, crd, { fieldManager: FIELD_MANAGER })
    else
      await client.apply(
        type,
        { ...crd, metadata: { ...crd.metadata, resourceVersion } },
        { fieldManager: FIELD_MANAGER },
      )
  } catch (error) {
    if (!isConflict(error)) throw error
  }
}

/** Applies the CustomResourceDefinitions of this release, and waits until the API server serves them. */
export const bringCrds = (options: Omit<AwaitCrdsOptions, 'wanted' | 'apply'>): CrdsWait => {
  const crds = new Map(KINDS.map(customResourceDefinition).map((crd) => [crd.metadata.name, crd]))
  const { client, log } = options
  return awaitCrds({
    ...options,
    wanted: [...crds].map(([name, { metadata }]) => ({
      name,
      contentHash: metadata.annotations?.[CONTENT_HASH_ANNOTATION],
    })),
    apply: async (names, found) => {
      for (const name of names) {
        const crd = crds.get(name)
        if (crd) await write(client, crd, found.find((each) => each.name === name)?.resourceVersion)
      }
      log.info({ names }, 'CustomResourceDefinitions applied')
    },
  })
}
