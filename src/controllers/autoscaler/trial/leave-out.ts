/** Destinations and Actions with which collectors do not start are left out, and told so. Pure. */
import type { CollectorsGroup } from '../../../api/kinds/collectors-group.ts'
import { ownProcessors } from '../../../collector/actions/actions.ts'
import type { ActionInput } from '../../../collector/actions/processor.ts'
import { configHash } from '../../../collector/config.ts'
import { spanMetricsConnector } from '../../../collector/span-metrics/span-metrics.ts'
import { renderDestination } from '../../../destinations/render.ts'
import type { Accountable, Refusal } from '../../accepted-status.ts'
import { acceptedBefore, acceptedCondition } from '../../accepted-status.ts'
import type { AssessedDestination } from '../acceptance.ts'
import type { AssessedAction } from '../actions/acceptance.ts'
import type { DeploymentSurroundings } from '../collectors/deployment.ts'
import { deploymentOf } from '../collectors/deployment.ts'
import { renderGateway } from '../collectors/render.ts'
import type { Candidate, Search } from './culprits.ts'
import { searchCulprits } from './culprits.ts'
import { trialOfObjects } from './gate.ts'
import type { Trials } from './memory.ts'
import type { Trial } from './trial-pod.ts'

export interface Assessed {
  destinations: readonly AssessedDestination[]
  actions: readonly AssessedAction[]
}

interface RefusedStatus {
  refusedHash?: string | undefined
}

interface Around extends DeploymentSurroundings {
  trials: Trials
  nowMs: number
}

/** A refusal can outlive its cause, such as another object with which this one does not get on: it is tried again after so long. */
const REFUSED_FOR_MS = 6 * 3_600_000

const idOf = ({ kind, metadata }: Accountable): string => `${kind}/${metadata.name}`

export const inputOf = ({ action, selected }: AssessedAction): ActionInput[] =>
  selected ? [{ metadata: action.metadata, spec: action.spec, selected }] : []

/** What a refusal by collectors depends on: the object, its Secret, the image and resources of the gateways, and the time. */
const hashOf = (content: unknown, gateway: CollectorsGroup | undefined, { settings, nowMs }: Around): string =>
  configHash([content, settings.image, gateway?.spec.resources, Math.floor(nowMs / REFUSED_FOR_MS)])

const contentOf = ({ destination, rendered }: AssessedDestination, { secrets }: Around): unknown => [
  rendered,
  secrets.get(destination.spec.secretRef?.name ?? '')?.resourceVersion,
]

/** The refusal that an earlier trial led to, if nothing has changed since. */
const earlierRefusal = (object: Accountable, hash: string): Refusal | undefined => {
  const { refusedHash } = (object.status ?? {}) as RefusedStatus
  const accepted = acceptedBefore(object)
  const isSame = accepted?.reason === 'CollectorRefuses' && refusedHash === hash
  return isSame ? { reason: 'CollectorRefuses', message: accepted.message } : undefined
}

/** Destinations and Actions with what is decided by `refusalOf`, where they are accepted otherwise. */
const refuse = (
  gateway: CollectorsGroup | undefined,
  { destinations, actions }: Assessed,
  around: Around,
  refusalOf: (object: Accountable, hash: string) => Refusal | undefined,
): Assessed => ({
  destinations: destinations.map((each) => {
    if (each.condition.status !== 'True') return each
    const refusedHash = hashOf(contentOf(each, around), gateway, around)
    const refusal = refusalOf(each.destination, refusedHash)
    return refusal ? { ...each, condition: acceptedCondition(each.destination, refusal), refusedHash } : each
  }),
  actions: actions.map(({ selected, ...each }) => {
    const kept = selected ? { ...each, selected } : each
    if (!selected) return kept
    const refusedHash = hashOf(each.action.spec, gateway, around)
    const refusal = refusalOf(each.action, refusedHash)
    return refusal ? { ...each, condition: acceptedCondition(each.action, refusal), refusedHash } : kept
  }),
})

/** Stands for the Destinations where none is in a trial: a gateway needs one. */
const someDestination = ({ spec }: CollectorsGroup): AssessedDestination[] => {
  const rendered = renderDestination(
    { name: 'trial', spec: { type: 'debug', signals: spec.signals, fields: {}, disabled: false } },
    [],
  )
  const metadata = { name: 'trial' }
  const destination = { apiVersion: '', kind: 'Destination', metadata, spec: { type: 'debug', signals: spec.signals } }
  return [
    {
      destination: destination as AssessedDestination['destination'],
      rendered,
      condition: { type: 'Accepted', status: 'True', reason: 'Valid', message: '' },
    },
  ]
}

/** The trial of a gateway with some Destinations and Actions only. */
const trialWith = (
  group: CollectorsGroup,
  { destinations, actions }: Assessed,
  ids: ReadonlySet<string>,
  around: Around,
): Trial | undefined => {
  const some = destinations.filter(({ destination }) => ids.has(idOf(destination)))
  const rendered = renderGateway(group, {
    settings: around.settings,
    assessed: some.length > 0 ? some : someDestination(group),
    actions: actions.filter(({ action }) => ids.has(idOf(action))).flatMap(inputOf),
  })
  return trialOfObjects(deploymentOf(group, rendered, around).objects)?.trial
}

const componentsOf = (input: ActionInput): string[] => [
  ...ownProcessors([input]).map(({ id }) => id),
  ...(input.spec.spanMetrics ? [spanMetricsConnector(input.metadata.name)] : []),
]

const candidatesOf = ({ destinations, actions }: Assessed): Candidate[] => [
  ...destinations
    .filter(({ condition }) => condition.status === 'True')
    .map(({ destination, rendered }) => ({
      id: idOf(destination),
      components: [...rendered.exporters.map(({ id }) => id), ...Object.keys(rendered.extensions)],
    })),
  ...actions.flatMap((each) =>
    inputOf(each).map((input) => ({
      id: idOf(each.action),
      components: componentsOf(input),
    })),
  ),
]

export interface LeftOut extends Assessed {
  /** The next trial of the search for culprits. */
  trial?: Trial | undefined
}

interface Searched {
  /** Whether a collector was seen to start with all of it. */
  isStarted: boolean
  /** Where the trial of all failed. */
  search?: Search
  next?: Trial | undefined
}

const searchIn = (group: CollectorsGroup, assessed: Assessed, around: Around): Searched => {
  const { verdicts } = around.trials
  const trialOf = (ids: ReadonlySet<string>): Trial | undefined => trialWith(group, assessed, ids, around)
  const candidates = candidatesOf(assessed)
  const all = trialOf(new Set(candidates.map(({ id }) => id)))
  const verdict = verdicts.get(all?.hash ?? '')
  if (verdict?.result !== 'Failed') return { isStarted: verdict?.result === 'Started' }
  const search = searchCulprits(candidates, (ids) => verdicts.get(trialOf(ids)?.hash ?? ''))
  return { isStarted: false, search, next: search.state === 'Trying' ? trialOf(search.ids) : undefined }
}

const wasRefused = (object: Accountable): boolean => acceptedBefore(object)?.reason === 'CollectorRefuses'

/** While it is tried again, what was refused stays refused in its status. */
const held = ({ destinations, actions }: Assessed): Assessed => ({
  destinations: destinations.map((each) => ({
    ...each,
    isHeld: each.condition.status === 'True' && wasRefused(each.destination),
  })),
  actions: actions.map((each) => ({ ...each, isHeld: each.condition.status === 'True' && wasRefused(each.action) })),
})

/**
 * Leaves out what a gateway was seen not to start with, now or earlier. `gateway` is the group that all Destinations belong to; without
 * it nothing is tried.
 */
export const leaveOut = (gateway: CollectorsGroup | undefined, all: Assessed, around: Around): LeftOut => {
  const assessed = refuse(gateway, all, around, earlierRefusal)
  if (!gateway) return assessed
  const { isStarted, search, next } = searchIn(gateway, assessed, around)
  if (isStarted) return assessed
  if (search?.state !== 'Found') return { ...held(assessed), trial: next }
  return refuse(gateway, assessed, around, (object) => {
    const message = search.culprits.get(idOf(object))
    return message === undefined ? undefined : { reason: 'CollectorRefuses', message }
  })
}
