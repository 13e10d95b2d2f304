/** The condition `Accepted` of the objects that users write, and the status that goes with it. Pure. */
import { isDeepStrictEqual } from 'node:util'
import type { Condition, NewCondition } from '../api/conditions.ts'
import { findCondition, mergeConditions } from '../api/conditions.ts'
import type { KubeObject } from '../api/kubernetes.ts'
import type { Reason } from '../api/reasons.ts'

const ACCEPTED = 'Accepted'

/** Why an object is not used. */
export interface Refusal {
  reason: Reason
  message: string
}

/** An object with a status that our controllers write. */
export interface Accountable {
  apiVersion: string
  kind: string
  metadata: KubeObject['metadata']
  status?: unknown
}

export interface AcceptedStatus {
  observedGeneration?: number | undefined
  conditions?: Condition[] | undefined
}

/** Objects of our kinds have an effect only in the namespace of Odigos. */
export const wrongNamespace = ({ kind, metadata }: Accountable, systemNamespace: string): Refusal | undefined =>
  metadata.namespace === systemNamespace
    ? undefined
    : {
        reason: 'WrongNamespace',
        message: `${kind} has no effect in namespace ${metadata.namespace ?? ''}; create it in namespace ${systemNamespace}`,
      }

/** The condition `Accepted` as it was written last. */
export const acceptedBefore = ({ status }: Accountable): Condition | undefined =>
  findCondition(((status ?? {}) as AcceptedStatus).conditions, ACCEPTED)

const generationOf = ({ metadata }: Accountable): { observedGeneration?: number } =>
  metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }

/** `Accepted`: False with the refusal, else True; `note` is added to the message where the object is used. */
export const acceptedCondition = (object: Accountable, refusal: Refusal | undefined, note = ''): NewCondition => ({
  type: ACCEPTED,
  status: refusal ? 'False' : 'True',
  ...(refusal ?? { reason: 'Valid', message: `the configuration is valid${note}` }),
  ...generationOf(object),
})

/** Our conditions merged with the current ones; those of other writers are left to them. */
export const mergeOwnConditions = (object: Accountable, next: readonly NewCondition[], now: string): Condition[] => {
  const types = new Set(next.map(({ type }) => type))
  const { conditions = [] } = (object.status ?? {}) as AcceptedStatus
  return mergeConditions(
    conditions.filter(({ type }) => types.has(type)),
    next,
    now,
  )
}

/** The object as its status is applied. */
export const statusObject = ({ apiVersion, kind, metadata }: Accountable, status: object): KubeObject => {
  const { name, namespace } = metadata
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, status }
}

/** Whether the object has all that `next` holds; fields and conditions of other writers do not count. */
export const isOwnStatus = (object: Accountable, next: AcceptedStatus): boolean => {
  const { conditions = [], ...current } = (object.status ?? {}) as AcceptedStatus & Record<string, unknown>
  const { conditions: own = [], ...fields } = next
  const types = new Set(own.map(({ type }) => type))
  return (
    Object.entries(fields).every(([field, value]) => isDeepStrictEqual(current[field], value)) &&
    isDeepStrictEqual(
      conditions.filter(({ type }) => types.has(type)),
      own,
    )
  )
}

/** The status to apply, or `undefined` where it is unchanged. `extra` holds further fields of the kind. */
export const acceptedStatus = (
  object: Accountable,
  conditions: readonly NewCondition[],
  now: string,
  extra: object = {},
): KubeObject | undefined => {
  const status = { ...generationOf(object), ...extra, conditions: mergeOwnConditions(object, conditions, now) }
  return isOwnStatus(object, status) ? undefined : statusObject(object, status)
}
