export type Quantities = Record<string, string>

/** One item of a LimitRange, with the name of its LimitRange. */
export interface LimitRangeItem {
  name: string
  /** `Container` or `Pod`; other types do not apply to pods. */
  type: string
  min?: Quantities
  max?: Quantities
  default?: Quantities
  defaultRequest?: Quantities
  maxLimitRequestRatio?: Quantities
}

/** Compute resources of a ResourceQuota, allowed and used. Its scopes are ignored: it applies to every pod. */
export interface QuotaAmounts {
  name: string
  hard: Quantities
  used: Quantities
}

/** The LimitRanges and ResourceQuotas of a namespace. */
export interface NamespaceLimits {
  ranges: readonly LimitRangeItem[]
  quotas: readonly QuotaAmounts[]
}

/** Why the pod would be refused, and the object behind it. */
export interface Obstacle {
  message: string
  from: string
}
