/** The paths of a receipt, from what was observed so far. Pure. */
import { findCondition } from '../../../api/conditions.ts'
import type { Action } from '../../../api/kinds/action.ts'
import { actionSignals, isDryRun } from '../../../api/kinds/action.ts'
import type { Destination } from '../../../api/kinds/destination.ts'
import { DESTINATION_CONDITIONS } from '../../../api/kinds/destination.ts'
import type { Hop, ReceiptPath } from '../../../api/reports/receipt.ts'
import type { Signal } from '../../../api/vocabulary.ts'
import { destinationOf } from '../../../destinations/addresses/exporter-id.ts'
import type { DeliveryError } from '../delivery/flow/error-lines.ts'
import type { FlowView } from '../delivery/flow/flow.ts'
import { isWorse } from '../delivery/flow/verdict.ts'
import type { Judged } from './judge.ts'
import { judge } from './judge.ts'
import type { Sent } from './send.ts'
import type { Watch } from './watch.ts'

export interface PathsInput {
  /** Those that are enabled. */
  destinations: readonly Destination[]
  /** Why a destination does not take what the subject sends. */
  notTaken: (destination: Destination) => Hop | undefined
  actions: readonly Action[]
  /** Name of the pod of the node collector. */
  nodePod: string
  /** By signal. */
  sent: readonly Sent[]
  gateways: Watch
  /** What the node collector says of its exporters. */
  nodeErrors: (signal: Signal) => readonly DeliveryError[]
  flow: FlowView
  sentMs: number
  nowMs: number
}

interface Path {
  isFinal: boolean
  path: ReceiptPath
}

/** A mark of a gateway is awaited for this long; counters are exposed at once, and read every half second. */
const ARRIVAL_MS = 12_000
/** With an error of the node collector. */
const ARRIVAL_WITH_ERROR_MS = 4_000
/** Between the marks of one gateway. */
const ACTIONS_MS = 3_000

const drops = ({ spec }: Action, signal: Signal): boolean =>
  !spec.disabled &&
  !isDryRun(spec) &&
  (spec.sampleTraces !== undefined || spec.dropTelemetry !== undefined) &&
  actionSignals(spec).includes(signal)

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const lineOf = (signal: Signal, destination: string | undefined, hops: readonly Hop[]): string => {
  const way = `${signal}${destination === undefined ? '' : ` → ${destination}`}`
  const last = hops.at(-1)
  if (!last) return `${way}: nothing is known`
  if (last.outcome === 'Passed') return `${way}: delivered after ${seconds(last.afterMs ?? 0)}; ${last.message}`
  const where = last.outcome === 'Stopped' ? 'stopped at' : 'not known beyond'
  return `${way}: ${where} ${last.hop}${last.reason ? ` (${last.reason})` : ''}: ${last.message}`
}

const pathOf = (signal: Signal, destination: string | undefined, hops: Hop[]): ReceiptPath => ({
  signal,
  ...(destination === undefined ? {} : { destination }),
  isDelivered: hops.some(({ hop, outcome }) => hop === 'Destination' && outcome === 'Passed'),
  hops,
  line: lineOf(signal, destination, hops),
})

/** Why the gateways do not have a Destination, by its own condition. */
const notServed = ({ status, metadata }: Destination): Hop | undefined => {
  const accepted = findCondition(status?.conditions, DESTINATION_CONDITIONS.accepted)
  const isCurrent = accepted?.observedGeneration === undefined || accepted.observedGeneration === metadata.generation
  if (!accepted || accepted.status === 'True' || !isCurrent) return undefined
  const { reason, message } = accepted
  return { hop: 'Destination', outcome: 'Stopped', reason, message: `the Destination is not accepted: ${message}` }
}

/** What gateways see of other data of the destination, where that is worse than what became of the probe. */
const aboutOthers = (signal: Signal, destination: string, { signals }: FlowView): string => {
  const flow = [...signals.values()].find(
    (each) => each.signal === signal && destinationOf(each.exporter) === destination,
  )
  const verdict = flow?.verdict
  if (verdict === undefined || !isWorse(verdict, 'Delivering')) return ''
  return `; of other data: ${verdict}${flow?.lastError ? `, ${flow.lastError.words}` : ''}`
}

const withOthers = (hops: readonly Hop[], text: string): Hop[] =>
  hops.map((hop) =>
    hop.hop === 'Destination' && hop.outcome === 'Passed' ? { ...hop, message: `${hop.message}${text}` } : hop,
  )

/** What holds a probe up that a gateway has received, and handed to no queue. */
const atActions = (signal: Signal, { actions }: PathsInput): Hop => {
  const names = actions.filter((action) => drops(action, signal)).map(({ metadata }) => metadata.name)
  if (names.length === 0)
    return { hop: 'Actions', outcome: 'Unknown', message: 'no Action drops it, and it was handed to no queue' }
  const which =
    names.length === 1 ? `the Action ${names.join('')} drops it` : `one of the Actions ${names.join(', ')} drops it`
  return { hop: 'Actions', outcome: 'Stopped', reason: 'DroppedByActions', message: which }
}

const notArrived = (signal: Signal, input: PathsInput): Judged => {
  const waitedMs = input.nowMs - input.sentMs
  const error = input.nodeErrors(signal).at(-1)
  const message = error
    ? `the node collector does not reach a gateway: ${error.words}`
    : `no gateway has received it within ${Math.round(waitedMs / 1000)} seconds`
  return {
    isFinal: waitedMs >= (error ? ARRIVAL_WITH_ERROR_MS : ARRIVAL_MS),
    hops: [{ hop: 'Gateway', outcome: 'Stopped', reason: 'GatewayNotReached', message }],
  }
}

/** From the gateway on, to one destination. */
const beyond = (signal: Signal, destination: Destination, input: PathsInput): Judged => {
  const { gateways, sentMs, nowMs } = input
  const arrived = gateways.arrived(signal)
  if (!arrived) return notArrived(signal, input)
  const gateway: Hop = { hop: 'Gateway', outcome: 'Passed', message: `${arrived.pod} received it`, ...arrived }
  const found = gateways.at(signal, destination.metadata.name)
  if (!found) {
    const isFinal = nowMs - sentMs - arrived.afterMs >= ACTIONS_MS
    return { isFinal, hops: [gateway, atActions(signal, input)] }
  }
  const actions: Hop = { hop: 'Actions', outcome: 'Passed', message: 'no Action dropped it', ...found.left }
  const { isFinal, hops } = judge({ destination, signal, ...found, sentMs, nowMs })
  const others = aboutOthers(signal, destination.metadata.name, input.flow)
  return { isFinal, hops: [gateway, actions, ...withOthers(hops, others)] }
}

const nodeHop = ({ isAccepted, words }: Sent, pod: string): Hop =>
  isAccepted
    ? { hop: 'NodeCollector', outcome: 'Passed', message: `${pod} accepted it`, pod }
    : {
        hop: 'NodeCollector',
        outcome: 'Stopped',
        reason: 'NodeCollectorUnavailable',
        message: `${pod} does not accept it: ${words}`,
        pod,
      }

const pathTo = (sent: Sent, destination: Destination, input: PathsInput): Path => {
  const { signal } = sent
  const { name } = destination.metadata
  const refused = notServed(destination) ?? input.notTaken(destination)
  if (refused) return { isFinal: true, path: pathOf(signal, name, [refused]) }
  const node = nodeHop(sent, input.nodePod)
  if (node.outcome === 'Stopped') return { isFinal: true, path: pathOf(signal, name, [node]) }
  const { isFinal, hops } = beyond(signal, destination, input)
  return { isFinal, path: pathOf(signal, name, [node, ...hops]) }
}

const NOBODY: Hop = {
  hop: 'Destination',
  outcome: 'Stopped',
  reason: 'NoDestination',
  message: 'no Destination takes the signal',
}

/** All paths by signal and destination, and whether each is decided. */
export const pathsOf = (input: PathsInput): { isFinal: boolean; paths: ReceiptPath[] } => {
  const found = input.sent.flatMap((sent): Path[] => {
    const { signal } = sent
    const takers = input.destinations.filter(({ spec }) => spec.signals.includes(signal))
    if (takers.length === 0) return [{ isFinal: true, path: pathOf(signal, undefined, [NOBODY]) }]
    return takers.map((destination) => pathTo(sent, destination, input))
  })
  return { isFinal: found.every(({ isFinal }) => isFinal), paths: found.map(({ path }) => path) }
}
