export type Quantities = Record<string, string>

/** One item of a LimitRange, with the name of its LimitRange. */
export interface LimitRangeItem {
  name: string
  /** `Container` or `Pod`; others say nothing about pods. */
  type: string
  min?: Quantities
  max?: Quantities
  default?: Quantities
  defaultRequest?: Quantities
  maxLimitRequestRatio?: Quantities
}

/** What a ResourceQuota allows of compute resources, and what is in use. Its scopes are left out: it counts for every pod. */
export interface QuotaAmounts {
  name: string
  hard: Quantities
  used: Quantities
}

/** What the LimitRanges and ResourceQuotas of a namespace demand. */
export interface NamespaceLimits {
  ranges: readonly LimitRangeItem[]
  quotas: readonly QuotaAmounts[]
}

/** Why something is refused, and the object that says so. */
export interface Obstacle {
  message: string
  from: string
}
