import type { KubeObject } from '../../api/kubernetes.ts'
import { API_GROUP, API_GROUP_VERSION, CONTENT_HASH_ANNOTATION, isOurs, VERSION_ANNOTATION } from '../../api/names.ts'
import { isNotFound } from '../http/error.ts'
import { RESOURCES } from '../resources.ts'
import type { KubeClient } from '../types.ts'
import type { FoundCrd } from './judge-crds.ts'

interface StatusCondition {
  type: string
  status: string
  message?: string
}

/** The API server says under NamesAccepted why it does not establish a definition. */
const whyNotEstablished = (conditions: readonly StatusCondition[]): string | undefined => {
  const isTrue = (wanted: string): boolean =>
    conditions.some(({ type, status }) => type === wanted && status === 'True')
  if (isTrue('Established')) return undefined
  return conditions.find(({ type, status }) => type === 'NamesAccepted' && status === 'False')?.message ?? 'not yet'
}

const factsOf = (object: KubeObject): FoundCrd => {
  const { name, annotations, deletionTimestamp } = object.metadata
  const { conditions = [] } = (object['status'] ?? {}) as { conditions?: StatusCondition[] }
  return {
    name,
    isOurs: isOurs(object.metadata),
    release: annotations?.[VERSION_ANNOTATION],
    contentHash: annotations?.[CONTENT_HASH_ANNOTATION],
    notEstablished: whyNotEstablished(conditions),
    isBeingDeleted: deletionTimestamp !== undefined,
  }
}

/** What discovery says at a path; undefined where there is nothing of the kind. */
const discover = async <T>(client: KubeClient, path: string): Promise<T | undefined> => {
  try {
    return await client.request<T>('GET', path)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/**
 * Names of all CustomResourceDefinitions of our API group that are served, also of kinds that we do not know. Our own
 * version without regard to the group's list, which follows a moment later where the group is new.
 */
const servedNames = async (client: KubeClient): Promise<string[]> => {
  const group = await discover<{ versions: { groupVersion: string }[] }>(client, `/apis/${API_GROUP}`)
  const versions = new Set([API_GROUP_VERSION, ...(group?.versions ?? []).map(({ groupVersion }) => groupVersion)])
  const lists = await Promise.all(
    [...versions].map((version) => discover<{ resources: { name: string }[] }>(client, `/apis/${version}`)),
  )
  return lists
    .flatMap((list) => list?.resources ?? [])
    .filter(({ name }) => !name.includes('/'))
    .map(({ name }) => `${name}.${API_GROUP}`)
}

export interface ReadCrd extends FoundCrd {
  resourceVersion: string | undefined
}

/**
 * The CustomResourceDefinitions of the given names and all others of our API group. One by one, by name: a list would be
 * those of the whole cluster, with all their schemas.
 */
export const readCrds = async (client: KubeClient, names: readonly string[]): Promise<ReadCrd[]> => {
  const all = [...new Set([...names, ...(await servedNames(client))])]
  const type = RESOURCES.customResourceDefinitions
  const objects = await Promise.all(all.map((name) => client.get<KubeObject>({ type, name })))
  return objects
    .filter((object) => object !== undefined)
    .map((object) => ({ ...factsOf(object), resourceVersion: object.metadata.resourceVersion }))
}
