/** The live figures for the UI and the CLI. Pure. */
import { FIGURES_MS } from '../../../../api/kinds/delivery.ts'
import type { DeliveryReport, SignalDeliveryReport } from '../../../../api/reports/delivery-report.ts'
import { rfc3339 } from '../../../../api/time.ts'
import { destinationOf } from '../../../../destinations/addresses/exporter-id.ts'
import type { FlowView, SignalFlow } from './flow.ts'
import { fullInMs } from './verdict.ts'

const timesOf = ({ lastSuccessMs, lastError }: SignalFlow) => ({
  ...(lastSuccessMs === undefined ? {} : { lastSuccessTime: rfc3339(lastSuccessMs) }),
  ...(lastError
    ? { lastError: { time: rfc3339(lastError.atMs), cause: lastError.cause, message: lastError.words } }
    : {}),
})

const signalReport = (flow: SignalFlow): SignalDeliveryReport => {
  const { signal, verdict, window, total, sizeBytes, capacityBytes } = flow
  const fullMs = fullInMs(flow)
  return {
    signal,
    ...(verdict ? { reason: verdict } : {}),
    lately: window,
    total,
    sentPerSecond: window.sent / (FIGURES_MS / 1000),
    queuedBytes: sizeBytes,
    queueCapacityBytes: capacityBytes,
    ...(fullMs === undefined ? {} : { fullInSeconds: Math.round(fullMs / 1000) }),
    ...timesOf(flow),
  }
}

const byName =
  <T>(name: (item: T) => string) =>
  (a: T, b: T): number =>
    name(a) < name(b) ? -1 : 1

export const deliveryReportOf = ({ atMs, gateways, unread, signals }: FlowView): DeliveryReport => {
  const groups = Map.groupBy(signals.values(), ({ exporter }) => destinationOf(exporter))
  const destinations = Array.from(groups, ([name, flows]) => (name === undefined ? [] : [{ name, flows }])).flat()
  return {
    ...(atMs > 0 ? { readTime: rfc3339(atMs) } : {}),
    gateways,
    unreadGateways: unread,
    destinations: destinations
      .map(({ name, flows }) => ({ name, signals: flows.map(signalReport).toSorted(byName(({ signal }) => signal)) }))
      .toSorted(byName(({ name }) => name)),
  }
}
