/** Whether Destinations and Actions are accepted, and what is written and reported about it. Pure. */
import type { NewCondition } from '../../api/conditions.ts'
import { findCondition } from '../../api/conditions.ts'
import type { Destination } from '../../api/kinds/destination.ts'
import { rfc3339 } from '../../api/time.ts'
import type { Signal } from '../../api/vocabulary.ts'
import { joinSignals } from '../../api/vocabulary.ts'
import type { Disk } from '../../collector/delivery/disk.ts'
import type { Problem } from '../../destinations/fields.ts'
import { problem } from '../../destinations/fields.ts'
import { hostProblems } from '../../destinations/hosts.ts'
import type { RenderedDestination } from '../../destinations/render.ts'
import { renderDestination } from '../../destinations/render.ts'
import type { Accountable, AcceptedStatus, Refusal } from '../accepted-status.ts'
import { acceptedCondition, acceptedStatus, wrongNamespace } from '../accepted-status.ts'
import { subjectOf } from '../actions/action.ts'
import type { CertificateView } from './certificates/expiry.ts'
import { certificatesOf } from './certificates/expiry.ts'
import type { AutoscalerAction } from './owned/action.ts'
import { refuseBeyondRoom } from './queue-room.ts'
import type { Selectable } from './selection.ts'
import { judgeSources } from './sources/judge.ts'

/** What is known of a Secret: never its values. */
export interface SecretView {
  keys: string[]
  /** What is wrong with the value of a key, by key. */
  faults: Record<string, string>
  /** When the client certificate expires, if there is one. */
  expiresMs?: number
  resourceVersion: string
}

export interface AssessedDestination {
  destination: Destination
  rendered: RenderedDestination
  condition: NewCondition
  /** Whether its sources select something; absent where it has none. */
  sources?: NewCondition | undefined
  /** Those that it sends with. */
  certificates?: readonly CertificateView[]
  /** Hash of what collectors refuse to start with. */
  refusedHash?: string
  /** Whether its status stays as it is for now. */
  isHeld?: boolean
}

/** The first problem gives the reason, all give the message. */
export const refusalBy = (problems: readonly Problem[]): Refusal | undefined =>
  problems[0] && { reason: problems[0].reason, message: problems.map(({ message }) => message).join('; ') }

/** Values that would not reach the vendor as they are in the Secret. */
const secretFaults = ({ env }: RenderedDestination, secret: SecretView | undefined): Problem[] =>
  env.flatMap(({ valueFrom }) => {
    const key = valueFrom?.secretKeyRef?.key ?? ''
    const fault = secret?.faults[key]
    return fault === undefined ? [] : [problem('InvalidField', `the value of ${key} in the Secret ${fault}`)]
  })

/** All that keeps a Destination from being accepted, but for the room that it needs. `allowed` are the hosts of the setting. */
export const destinationProblems = (
  rendered: RenderedDestination,
  secret: SecretView | undefined,
  allowed: readonly string[] | undefined,
): Problem[] => [...rendered.problems, ...secretFaults(rendered, secret), ...hostProblems(rendered, allowed)]

/** What the acceptance of Destinations depends on, besides themselves. */
export interface DestinationSurroundings {
  secrets: ReadonlyMap<string, SecretView>
  disk: Disk
  /** What sources can select. */
  selectable: Selectable
  /** Hosts that they may send to; absent where all are allowed. */
  allowedHosts?: readonly string[] | undefined
}

/** A Destination without the room that it needs, which depends on the others. */
const judge = (
  destination: Destination,
  { secrets, allowedHosts, selectable }: DestinationSurroundings,
): Omit<AssessedDestination, 'condition'> & { refusal: Refusal | undefined } => {
  const { metadata, spec } = destination
  const secret = spec.secretRef ? secrets.get(spec.secretRef.name) : undefined
  const rendered = renderDestination({ name: metadata.name, uid: metadata.uid, spec }, secret?.keys)
  const { takes, sources, problems } = judgeSources(destination, selectable)
  return {
    destination,
    rendered: takes === undefined ? rendered : { ...rendered, takes },
    sources,
    certificates: certificatesOf(rendered, secret?.expiresMs),
    refusal: refusalBy([...destinationProblems(rendered, secret, allowedHosts), ...problems]),
  }
}

/** Renders every Destination, in the order of their names, and decides which of them are accepted. */
export const assessDestinations = (
  destinations: readonly Destination[],
  around: DestinationSurroundings,
): AssessedDestination[] => {
  const judged = destinations
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map((destination) => judge(destination, around))
  const candidates = judged
    .filter(({ refusal }) => !refusal)
    .map(({ destination: { metadata }, rendered }) => ({
      name: metadata.name,
      createdAt: metadata.creationTimestamp ?? '',
      rendered,
    }))
  const withoutRoom = refuseBeyondRoom(candidates, around.disk)
  return judged.map(({ refusal, ...each }) => ({
    ...each,
    condition: acceptedCondition(each.destination, refusal ?? withoutRoom.get(each.destination.metadata.name)),
  }))
}

/** Lists of a spec as text for the status. */
export const summaryOf = (signals: readonly Signal[]): { summary: { signals: string } } => ({
  summary: { signals: joinSignals(signals) },
})

/** Writes `Accepted` where it is another than before, with an Event. */
export const acceptanceActions = (
  object: Accountable,
  [condition, ...others]: readonly [NewCondition, ...NewCondition[]],
  nowMs: number,
  extra: object,
): AutoscalerAction[] => {
  const status = acceptedStatus(object, [condition, ...others], rfc3339(nowMs), extra)
  if (!status) return []
  const { conditions } = (object.status ?? {}) as AcceptedStatus
  const before = findCondition(conditions, condition.type)
  const { reason, message } = condition
  // The number of matches changes often, and is not reported while the object stays accepted.
  const isSame = before?.status === condition.status && (condition.status === 'True' || before.message === message)
  if (isSame || condition.status === 'Unknown') return [{ do: 'status', object: status }]
  const isBad = condition.status === 'False' && reason !== 'Disabled'
  return [
    { do: 'status', object: status },
    { do: 'event', about: subjectOf(object), type: isBad ? 'Warning' : 'Normal', reason, message },
  ]
}

/** An object in a namespace where it has no effect only gets a condition that reports it. */
export const wrongNamespaceActions = (
  object: Accountable,
  systemNamespace: string,
  nowMs: number,
): AutoscalerAction[] => {
  const refusal = wrongNamespace(object, systemNamespace)
  const status = refusal && acceptedStatus(object, [acceptedCondition(object, refusal)], rfc3339(nowMs))
  return status ? [{ do: 'status', object: status }] : []
}
