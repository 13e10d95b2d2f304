/** The condition `Delivering` of a Destination, from the worst of its signals, and the figures that go with it. Pure. */
import { isDeepStrictEqual } from 'node:util'
import type { Condition, NewCondition } from '../../../../api/conditions.ts'
import { findCondition } from '../../../../api/conditions.ts'
import type { Delivery } from '../../../../api/kinds/delivery.ts'
import type { Destination } from '../../../../api/kinds/destination.ts'
import { DESTINATION_CONDITIONS } from '../../../../api/kinds/destination.ts'
import type { Reason } from '../../../../api/reasons.ts'
import type { RenderedDestination } from '../../../../destinations/render.ts'
import { aboutItems, aboutTime } from '../items.ts'
import { deliveryOf } from './figures.ts'
import type { FlowView, SignalFlow } from './flow.ts'
import { FIGURES_AGAIN_MS } from './news.ts'
import type { Verdict } from './verdict.ts'
import { fullInMs, isWorse } from './verdict.ts'

export interface Delivering {
  condition: NewCondition
  delivery?: Delivery
}

const words = ({ lastError }: SignalFlow): string => (lastError ? `: ${lastError.words}` : '')

const lost = ({ window, signal }: SignalFlow): string =>
  window.dropped > 0 ? `; the full queue dropped ${aboutItems(window.dropped, signal)} in the last 5 minutes` : ''

const filling = (flow: SignalFlow): string => {
  if (flow.window.dropped > 0) return 'the queue is full'
  const ms = fullInMs(flow)
  if (ms !== undefined)
    return `the queue is ${Math.round(flow.fill * 100)} % full, full in ${aboutTime(ms)} at this rate`
  return `the queue is ${Math.round(flow.fill * 100)} % full`
}

const waits = ({ window, fill }: SignalFlow): string =>
  window.dropped > 0 ? '' : `; data waits in the queue, which is ${Math.round(fill * 100)} % full`

const rejected = ({ window, signal }: SignalFlow): string =>
  window.failed > 0 ? `; ${aboutItems(window.failed, signal)} were lost in the last 5 minutes` : ''

const TEXTS: Record<Verdict, (flow: SignalFlow) => string> = {
  AllDataRejected: (flow) => `the backend rejects everything${words(flow)}${rejected(flow)}`,
  SomeDataRejected: (flow) => `the backend rejects a part${words(flow)}${rejected(flow)}`,
  Unreachable: (flow) => `the backend is not reached${words(flow)}${waits(flow)}${lost(flow)}`,
  QueueFillingUp: (flow) => `${filling(flow)}${words(flow)}${lost(flow)}`,
  Throttled: (flow) => `the backend limits the rate${words(flow)}`,
  Delivering: () => 'the backend accepts the data',
  NoTelemetryYet: () => 'no data has arrived for the destination yet',
}

const STATUS: Record<Verdict, Condition['status']> = {
  AllDataRejected: 'False',
  SomeDataRejected: 'False',
  Unreachable: 'False',
  QueueFillingUp: 'False',
  Throttled: 'False',
  Delivering: 'True',
  NoTelemetryYet: 'Unknown',
}

type Judged = SignalFlow & { verdict: Verdict }

const isJudged = (flow: SignalFlow): flow is Judged => flow.verdict !== undefined

const unreadText = ({ unread, gateways }: FlowView): string =>
  unread > 0 ? `; ${unread} of ${gateways} gateways could not be read` : ''

type Outcome = Pick<NewCondition, 'status' | 'reason' | 'message'>

const unknown = (message: string): Outcome => ({ status: 'Unknown', reason: 'DeliveryUnknown', message })

/** By the worst signal. A signal without telemetry says nothing where another has some. */
const judge = (flows: readonly Judged[], view: FlowView): Outcome | undefined => {
  const used = flows.filter(({ verdict }) => verdict !== 'NoTelemetryYet')
  const [first, ...others] = used.length > 0 ? used : flows
  if (!first) return undefined
  const worst = others.reduce((a, b) => (isWorse(b.verdict, a.verdict) ? b : a), first)
  const { verdict } = worst
  if (view.unread > 0 && STATUS[verdict] !== 'False')
    return unknown(`${view.unread} of ${view.gateways} gateways could not be read; the others report no failure`)
  const alike = flows.filter((flow) => flow.verdict === verdict)
  const texts = Map.groupBy(alike, (flow) => TEXTS[verdict](flow))
  const message = Array.from(
    texts,
    ([text, of]) =>
      `${of
        .map(({ signal }) => signal)
        .toSorted()
        .join(', ')}: ${text}`,
  )
  return { status: STATUS[verdict], reason: verdict, message: `${message.join('; ')}${unreadText(view)}` }
}

/** Reasons of the time before, which a leader that has seen nothing move keeps. */
const NOT_KEPT: ReadonlySet<Reason> = new Set(['NoTelemetryYet', 'DeliveryUnknown'])

const isKept = (outcome: Outcome | undefined, before: Condition | undefined, destination: Destination): boolean =>
  before !== undefined &&
  !NOT_KEPT.has(before.reason) &&
  before.observedGeneration === destination.metadata.generation &&
  (outcome === undefined || outcome.reason === 'NoTelemetryYet')

const outcomeOf = (flows: readonly SignalFlow[], view: FlowView): Outcome | undefined => {
  if (view.isBlind) {
    const none = view.gateways === 0 ? 'no gateway runs' : 'no gateway could be read'
    return unknown(none)
  }
  return judge(flows.filter(isJudged), view)
}

/** Figures, or those that were written where these say the same. */
const deliveryFor = (flows: readonly SignalFlow[], written: Delivery | undefined, nowMs: number) => {
  if (flows.length === 0) return written
  const delivery = deliveryOf(flows, written, nowMs)
  return isDeepStrictEqual(delivery.signals, written?.signals) ? written : delivery
}

const withDelivery = (condition: NewCondition, delivery: Delivery | undefined): Delivering => ({
  condition,
  ...(delivery ? { delivery } : {}),
})

/** Whether what was written must stay as it is for now. */
const isTooSoon = (next: Outcome, { status, metadata }: Destination, nowMs: number): boolean => {
  const before = findCondition(status?.conditions, DESTINATION_CONDITIONS.delivering)
  const writtenMs = Date.parse(status?.delivery?.updatedTime ?? '')
  const isNews = before?.reason !== next.reason || before.observedGeneration !== metadata.generation
  return !isNews && nowMs - writtenMs < FIGURES_AGAIN_MS
}

/**
 * The condition and the figures as they are to be written, or undefined where nothing is to be said. What was written before stays
 * unless the reason is another one, or a minute has passed and a figure has changed.
 */
export const deliveringOf = (
  destination: Destination,
  { exporters }: RenderedDestination,
  view: FlowView,
): Delivering | undefined => {
  if (exporters.length === 0) return undefined
  const { conditions, delivery: written } = destination.status ?? {}
  const before = findCondition(conditions, DESTINATION_CONDITIONS.delivering)
  const stay = before && withDelivery(before, written)
  if (!view.isSettled) return stay
  const ids = new Set(exporters.map(({ id }) => id))
  const flows = [...view.signals.values()].filter(({ exporter }) => ids.has(exporter))
  const outcome = outcomeOf(flows, view)
  const next = isKept(outcome, before, destination) ? before : outcome
  if (!next || isTooSoon(next, destination, view.atMs)) return stay
  const { status, reason, message } = next
  const { generation } = destination.metadata
  const observed = generation === undefined ? {} : { observedGeneration: generation }
  const condition = { type: DESTINATION_CONDITIONS.delivering, status, reason, message, ...observed }
  return withDelivery(condition, deliveryFor(flows, written, view.atMs))
}
