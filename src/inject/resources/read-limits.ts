/** Reads what decisions need of LimitRanges and ResourceQuotas. */
import type { KubeObject } from '../../api/kubernetes.ts'
import type { LimitRangeItem, Quantities, QuotaAmounts } from './limits.ts'

interface Identified {
  metadata: { name: string; namespace: string }
}

export interface KeptRange extends Identified {
  items: LimitRangeItem[]
}

export interface KeptQuota extends Identified, QuotaAmounts {}

const identityOf = ({ metadata: { name, namespace = '' } }: KubeObject): Identified['metadata'] => ({ name, namespace })

/** The items for containers and pods. */
export const readRange = (object: KubeObject): KeptRange => {
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
export const readQuota = (object: KubeObject): KeptQuota => {
  const { hard: desired } = (object['spec'] ?? {}) as { hard?: Quantities }
  const { hard, used } = (object['status'] ?? {}) as { hard?: Quantities; used?: Quantities }
  return {
    metadata: identityOf(object),
    name: object.metadata.name,
    hard: computeOnly(hard ?? desired),
    used: computeOnly(used),
  }
}
