/** Sends a probe of each signal to a node collector, and watches how far they come. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Action } from '../../../api/kinds/action.ts'
import type { Destination } from '../../../api/kinds/destination.ts'
import type { Hop, Receipt, ReceiptPath } from '../../../api/reports/receipt.ts'
import { rfc3339 } from '../../../api/time.ts'
import type { Signal } from '../../../api/vocabulary.ts'
import { SIGNALS } from '../../../api/vocabulary.ts'
import type { KubeClient } from '../../../kube/types.ts'
import type { Log } from '../../../process/log.ts'
import { pullSamples } from '../../../prometheus/pull.ts'
import type { Selectable } from '../selection.ts'
import type { CollectorPodView } from '../delivery/collector-pod-view.ts'
import { isOfGateway } from '../delivery/collector-pod-view.ts'
import type { FlowView } from '../delivery/flow/flow.ts'
import { pathsOf } from './paths.ts'
import type { Attributes } from './probe.ts'
import { probeName, probes } from './probe.ts'
import { sourcesHop } from './subject.ts'
import type { Sent } from './send.ts'
import { send } from './send.ts'
import { createErrors, createWatch } from './watch.ts'

export interface FollowOptions {
  client: Pick<KubeClient, 'request'>
  log: Log
  signal: AbortSignal
  nowMs: () => number
  /** Pods of all collectors. */
  pods: () => readonly CollectorPodView[]
  /** Those that count. */
  actions: () => readonly Action[]
  flow: () => FlowView
  /** What sources of Destinations can select. */
  selectable: () => Selectable
  /** Only tests override it. */
  pull?: typeof pullSamples
}

/** What a receipt is about. */
export interface Subject {
  text: string
  /** Of the probes. */
  resource: Attributes
  /** Absent where it is no workload. */
  agent?: Hop
  /** Those that are enabled. */
  destinations: readonly Destination[]
}

const LOOK_AGAIN_MS = 500
/** With the reading of figures before and the last look, a receipt takes less than 30 seconds. */
const DEADLINE_MS = 25_000
/** A clock that differs by less is as exact as what tells of it. */
const SKEW_MS = 5_000

const clockWarnings = (sent: readonly Sent[], { node = '' }: CollectorPodView): Receipt['warnings'] => {
  const ahead = sent.find(({ aheadMs }) => aheadMs !== undefined && Math.abs(aheadMs) > SKEW_MS)?.aheadMs
  if (ahead === undefined) return []
  const differs = `${Math.round(Math.abs(ahead) / 1000)} seconds ${ahead > 0 ? 'ahead of' : 'behind'}`
  return [{ reason: 'ClockSkewed', message: `the clock of node ${node} is ${differs} that of the autoscaler` }]
}

/** Of a workload all signals; of a Destination those that it takes. */
const signalsOf = ({ agent, destinations }: Subject): Signal[] =>
  SIGNALS.filter((signal) => agent !== undefined || destinations.some(({ spec }) => spec.signals.includes(signal)))

/** Looks until all paths are decided, or the time is up. */
const watchPaths = async (
  options: FollowOptions,
  { destinations, resource, agent }: Subject,
  node: CollectorPodView,
  { sent, sentMs, gateways }: { sent: readonly Sent[]; sentMs: number; gateways: ReturnType<typeof createWatch> },
): Promise<ReceiptPath[]> => {
  const { nowMs, signal: ended, pods } = options
  const atNode = createErrors(options, sentMs)
  const signals = sent.map(({ signal }) => signal)
  for (;;) {
    const { isFinal, paths } = pathsOf({
      destinations,
      notTaken: (destination) => agent && sourcesHop(resource, destination, options.selectable()),
      actions: options.actions(),
      nodePod: node.metadata.name,
      sent,
      gateways,
      nodeErrors: atNode.of,
      flow: options.flow(),
      sentMs,
      nowMs: nowMs(),
    })
    if (isFinal || nowMs() - sentMs >= DEADLINE_MS || ended.aborted) return paths
    await sleep(LOOK_AGAIN_MS, undefined, { signal: ended }).catch(() => undefined)
    const hasArrived = signals.every((signal) => gateways.arrived(signal))
    await Promise.all([gateways.look(pods().filter(isOfGateway)), ...(hasArrived ? [] : [atNode.read(node)])])
  }
}

/** The receipt of probes that begin at the node collector. */
export const follow = async (options: FollowOptions, subject: Subject, node: CollectorPodView): Promise<Receipt> => {
  const { nowMs, pods, pull = pullSamples } = options
  const probe = probeName()
  const sentMs = nowMs()
  const gateways = createWatch({ ...options, pull }, probe, sentMs)
  await gateways.begin(pods().filter(isOfGateway))
  const made = probes(probe, subject.resource, nowMs())
  const address = node.otlpAddress ?? ''
  const sent = await Promise.all(signalsOf(subject).map((signal) => send(address, signal, made[signal], nowMs)))
  const paths = await watchPaths(options, subject, node, { sent, sentMs, gateways })
  return {
    probe,
    sentTime: rfc3339(sentMs),
    durationMs: nowMs() - sentMs,
    subject: subject.text,
    ...(subject.agent ? { agent: subject.agent } : {}),
    warnings: clockWarnings(sent, node),
    paths,
  }
}
