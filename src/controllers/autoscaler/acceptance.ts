import { isDeepStrictEqual } from 'node:util'
import type { Condition, NewCondition } from '../../api/conditions.ts'
import { findCondition, mergeConditions } from '../../api/conditions.ts'
import type { Action } from '../../api/kinds/action.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import { DESTINATION_CONDITIONS } from '../../api/kinds/destination.ts'
import type { Resource } from '../../api/kinds/kind.ts'
import type { KubeObject } from '../../api/kubernetes.ts'
import { rfc3339 } from '../../api/time.ts'
import { actionProblem } from '../../collector/action-problem.ts'
import type { Problem } from '../../destinations/fields.ts'
import { problem } from '../../destinations/fields.ts'
import type { RenderedDestination } from '../../destinations/render.ts'
import { renderDestination } from '../../destinations/render.ts'
import { subjectOf } from '../actions/action.ts'
import type { AutoscalerAction } from './owned/action.ts'

/** What is known of a Secret: never its values. */
export interface SecretView {
  keys: string[]
  /** What is wrong with the value of a key, by key. */
  faults: Record<string, string>
  resourceVersion: string
}

export interface AssessedDestination {
  destination: Destination
  rendered: RenderedDestination
  condition: NewCondition
}

/** `Accepted` for what has these problems; the first gives the reason, all give the message. */
const acceptedCondition = (problems: readonly Problem[], generation: number | undefined): NewCondition => ({
  type: DESTINATION_CONDITIONS.accepted,
  status: problems.length === 0 ? 'True' : 'False',
  reason: problems[0]?.reason ?? 'Valid',
  message: problems.map(({ message }) => message).join('; ') || 'the configuration is complete',
  ...(generation === undefined ? {} : { observedGeneration: generation }),
})

/** Values that would not reach the vendor as they are in the Secret. */
const secretFaults = ({ env }: RenderedDestination, secret: SecretView | undefined): Problem[] =>
  env.flatMap(({ valueFrom }) => {
    const key = valueFrom?.secretKeyRef?.key ?? ''
    const fault = secret?.faults[key]
    return fault === undefined ? [] : [problem('InvalidField', `the value of ${key} in the Secret ${fault}`)]
  })

/** Renders every Destination, in the order of the names, and tells which of them can be used. */
export const assessDestinations = (
  destinations: readonly Destination[],
  secrets: ReadonlyMap<string, SecretView>,
): AssessedDestination[] =>
  destinations
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map((destination) => {
      const { metadata, spec } = destination
      const secret = spec.secretRef ? secrets.get(spec.secretRef.name) : undefined
      const rendered = renderDestination({ name: metadata.name, spec }, secret?.keys)
      const problems = [...rendered.problems, ...secretFaults(rendered, secret)]
      return { destination, rendered, condition: acceptedCondition(problems, metadata.generation) }
    })

/** The `Accepted` condition of an Action. */
export const assessAction = ({ metadata, spec }: Action): NewCondition => {
  const found = actionProblem(spec)
  return acceptedCondition(found ? [found] : [], metadata.generation)
}

/** An object with a status that we write conditions into. */
export type WithConditions = Resource<unknown, { conditions?: Condition[] | undefined }>

export const statusObject = ({ apiVersion, kind, metadata }: WithConditions, status: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name, namespace: metadata.namespace },
  status,
})

/** Conditions of ours over those that are there; of other writers' conditions nothing is said. */
export const mergeOurs = (object: WithConditions, next: NewCondition[], nowMs: number): Condition[] => {
  const types = new Set(next.map(({ type }) => type))
  const current = object.status?.conditions?.filter(({ type }) => types.has(type)) ?? []
  return mergeConditions(current, next, rfc3339(nowMs))
}

/** Writes `Accepted` where it is another than before, with an Event. */
export const acceptanceActions = (
  object: WithConditions,
  condition: NewCondition,
  nowMs: number,
): AutoscalerAction[] => {
  const conditions = mergeOurs(object, [condition], nowMs)
  const before = findCondition(object.status?.conditions, condition.type)
  const [after] = conditions
  if (isDeepStrictEqual(before, after)) return []
  const status: AutoscalerAction = { do: 'status', object: statusObject(object, { conditions }) }
  if (before?.status === condition.status && before.message === condition.message) return [status]
  const { reason, message } = condition
  const isBad = condition.status === 'False' && reason !== 'Disabled'
  return [status, { do: 'event', about: subjectOf(object), type: isBad ? 'Warning' : 'Normal', reason, message }]
}
