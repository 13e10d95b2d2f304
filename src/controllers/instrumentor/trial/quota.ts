/** Whether a quota that is too full for one more pod has room for the pods of a restart. Pure. */
import type { KubeObject, Pod } from '../../../api/kubernetes.ts'
import { asFields } from '../../../api/types/fields.ts'
import { replicaCounts } from '../../../api/workload-kinds.ts'
import { quotaResource } from '../../../inject/resources/namespace-limits.ts'
import { podTotals } from '../../../inject/resources/pod-totals.ts'
import { parseQuantity } from '../../../inject/resources/quantity.ts'

const EXCEEDED = /exceeded quota: [^,]*, requested: (\S+), used: (\S+), limited: (\S+)/

export const isQuotaRefusal = (message: string): boolean => EXCEEDED.test(message)

const amountsOf = (list: string): Map<string, number> =>
  new Map(
    list.split(',').map((pair): [string, number] => {
      const [key = '', quantity = ''] = pair.split('=')
      return [key, parseQuantity(quantity) ?? 0]
    }),
  )

const isNone = (maxSurge: unknown): boolean => /^0*%?$/.test(String(maxSurge))

/** Whether new pods are created beside those that they replace, or replace none. */
const createsBeside = (object: KubeObject): boolean => {
  const { strategy, updateStrategy } = asFields(object['spec'])
  switch (object.kind) {
    case 'Deployment':
      return (
        asFields(strategy)['type'] !== 'Recreate' &&
        !isNone(asFields(asFields(strategy)['rollingUpdate'])['maxSurge'] ?? '25%')
      )
    case 'DaemonSet':
      return !isNone(asFields(asFields(updateStrategy)['rollingUpdate'])['maxSurge'] ?? 0)
    case 'StatefulSet':
      return false
    default:
      return true
  }
}

/**
 * Whether the pods of a restart do not fit into a quota that refuses one more of them, though it would admit one without
 * agents. A pod beside the others must fit as it is. Where pods make room for their replacements, all of them together
 * must: each gives back what it had. `bare`: the pod as the API server admits it without agents.
 */
export const lacksQuota = (message: string, object: KubeObject, bare: Pod): boolean => {
  const [, requested = '', used = '', limited = ''] = EXCEEDED.exec(message) ?? []
  if (createsBeside(object)) return true
  const totals = podTotals(bare.spec)
  const [usedNow, limits] = [amountsOf(used), amountsOf(limited)]
  const pods = Math.max(replicaCounts(object)?.desired ?? 1, 1)
  return [...amountsOf(requested)].some(([key, amount]) => {
    const { kind, name } = quotaResource(key)
    const before = totals[kind][name] ?? amount
    return (usedNow.get(key) ?? 0) + pods * (amount - before) > (limits.get(key) ?? Infinity)
  })
}
