import type { KubeObject } from '../api/kubernetes.ts'
import type { LimitRangeItem, Quantities, QuotaAmounts } from '../inject/resources/limits.ts'
import type { Cached } from '../kube/types.ts'

export interface CachedRange extends Cached {
  items: LimitRangeItem[]
}

export interface CachedQuota extends Cached, QuotaAmounts {}

const identityOf = ({ metadata: { name, namespace = '' } }: KubeObject): Cached['metadata'] => ({ name, namespace })

/** The items for containers and pods. */
export const keepRange = (object: KubeObject): CachedRange => {
  const { limits = [] } = object['spec'] as { limits?: Omit<LimitRangeItem, 'name'>[] }
  return {
    metadata: identityOf(object),
    items: limits
      .filter(({ type }) => type === 'Container' || type === 'Pod')
      .map((item) => ({ ...item, name: object.metadata.name })),
  }
}

const COMPUTE = /^(?:cpu|memory|ephemeral-storage|(?:requests|limits)\..+)$/

const computeOnly = (list: Quantities = {}): Quantities =>
  Object.fromEntries(Object.entries(list).filter(([name]) => COMPUTE.test(name)))

/** Compute resources of a quota. Until its controller has written the status, the spec applies. */
export const keepQuota = (object: KubeObject): CachedQuota => {
  const { hard: desired } = (object['spec'] ?? {}) as { hard?: Quantities }
  const { hard, used } = (object['status'] ?? {}) as { hard?: Quantities; used?: Quantities }
  return {
    metadata: identityOf(object),
    name: object.metadata.name,
    hard: computeOnly(hard ?? desired),
    used: computeOnly(used),
  }
}
