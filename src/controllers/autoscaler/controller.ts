import type { Cached, ReconcileResult } from '../../kube/types.ts'
import { createKeyQueue } from '../../kube/work/queue.ts'
import { stepOfOwned } from './owned/action.ts'
import { createActionRunner } from '../actions/runner.ts'
import type { ControllerContext, ControllerParts } from '../run-controller.ts'
import { createAct } from './act.ts'
import type { Caches } from './caches.ts'
import { createCaches } from './caches.ts'
import type { CollectorSettings } from './collectors/collector-settings.ts'
import { DELIVERY_PATH } from '../../api/reports/delivery-report.ts'
import { handsOn, isOfGateway } from './delivery/collector-pod-view.ts'
import { createHandOnRunner } from './delivery/hand-on/runner.ts'
import { CONNECTION_TEST_PATH, RECEIPT_PATH } from '../../api/names.ts'
import { createConnectionTests } from './connection/connection-test.ts'
import { createConnectionTestService } from './connection/service.ts'
import { deliveryReportOf } from './delivery/flow/report.ts'
import type { DeliveryRunnerOptions } from './delivery/runner.ts'
import { createDeliveryRunner } from './delivery/runner.ts'
import { createDryRunRunner } from './dry-run/runner.ts'
import { createGather } from './gather.ts'
import { RESYNC_MS } from './group.ts'
import type { OwnedView } from './owned/view.ts'
import { createScalingRunner } from './scaling/runner.ts'
import { createReceipts } from './receipt/receipt.ts'
import { createReceiptService } from './receipt/service.ts'
import { reconcile } from './reconcile.ts'

/** All groups share the Destinations, so there is one decision and one key. */
const EVERYTHING = 'everything'
/**
 * Secrets are not watched, so that none is held in memory; this is the interval at which those that Destinations name are read, and at
 * which it is looked whether collectors that deliver what they have can be removed.
 */
const AGAIN_MS = 30_000
/** A pod of a trial that says nothing is looked at so often. */
const TRIALS_AGAIN_MS = 5_000
/** The maximum delay is short, because what resolves a refusal, such as a larger quota, is not watched. */
const RETRY_MS = { min: 1_000, max: 60_000 }

export interface AutoscalerOptions extends ControllerContext {
  settings: CollectorSettings
  /** Only tests give others. */
  retryMs?: { min: number; max: number }
  delivery?: Pick<DeliveryRunnerOptions, 'pull' | 'intervalMs' | 'timing'>
}

const sooner = (result: ReconcileResult, againMs: number): ReconcileResult => ({
  againMs: Math.min(result?.againMs ?? againMs, againMs),
})

const pullOf = ({ delivery }: AutoscalerOptions) => (delivery?.pull ? { pull: delivery.pull } : {})

const ownedOf = (caches: Caches, group: string): OwnedView[] =>
  caches.owned().filter(({ metadata }) => metadata.name === group)

/** What is known of collectors that run, by what they say. */
const createWatches = (options: AutoscalerOptions, caches: Caches, onNews: () => void) => {
  const delivery = createDeliveryRunner({
    ...options,
    ...options.delivery,
    pods: () => caches.collectorPods().filter(isOfGateway),
    onNews,
  })
  const handOn = createHandOnRunner({
    ...options,
    ...pullOf(options),
    pods: () => caches.collectorPods().filter(handsOn),
    onNews,
  })
  const isOwn = ({ metadata }: Cached): boolean => metadata.namespace === options.namespace
  const dryRuns = createDryRunRunner({
    ...options,
    ...pullOf(options),
    pods: () => caches.collectorPods().filter(isOfGateway),
    actions: () => caches.actions.list().filter(isOwn),
    onNews,
  })
  const scaling = createScalingRunner({
    ...options,
    ...pullOf(options),
    pods: () => caches.collectorPods().filter(isOfGateway),
    groups: () =>
      caches.groups.list().filter((group) => isOwn(group) && group.spec.replicas && !group.spec.dedicated?.draining),
    workload: (group) => ownedOf(caches, group).find((view) => view.workload),
    isBlind: (group) => ownedOf(caches, group).some((view) => view.isBlind),
    drained: () => delivery.queues().drained,
    onNews,
  })
  const receipts = createReceipts({
    ...options,
    ...pullOf(options),
    pods: caches.collectorPods,
    destinations: () => caches.destinations.list().filter(isOwn),
    actions: () => caches.actions.list().filter(isOwn),
    flow: delivery.flow,
    selectable: caches.selectable,
  })
  const connectionTests = createConnectionTests({
    ...options,
    isReady: () => Object.values(caches.informers).every((informer) => informer.isSynced()),
    pods: caches.collectorPods,
    destinations: () => caches.destinations.list().filter(isOwn),
    allowedHosts: () => caches.settings.read().destinations?.allowedHosts,
  })
  return { delivery, handOn, dryRuns, scaling, receipts, connectionTests }
}

/** Keeps the collectors of all groups as Destinations and Actions demand; one reconcile considers everything. */
export const createAutoscaler = (options: AutoscalerOptions): ControllerParts => {
  const { log, retryMs = RETRY_MS } = options
  const queue = createKeyQueue()
  const caches = createCaches({
    ...options,
    onChange: (delayMs) => queue.add(EVERYTHING, delayMs),
    onError: (error) => log.warn({ err: error }, 'watch failed'),
  })
  const { act, applied } = createAct(options)
  const watches = createWatches(options, caches, () => queue.add(EVERYTHING))
  const { delivery, handOn, dryRuns, scaling, connectionTests } = watches
  const gather = createGather({
    ...options,
    caches,
    applied,
    delivery: () => ({
      queues: delivery.queues(),
      flow: delivery.flow(),
      handOn: handOn.view(),
      dryRuns: dryRuns.view(),
      scaling: scaling.view(),
    }),
  })
  const runner = createActionRunner({ ...options, controller: 'autoscaler', act, stepOf: stepOfOwned, retryMs })
  return {
    name: 'autoscaler',
    queue,
    informers: caches.informers,
    concurrency: 1,
    firstKeys: () => [EVERYTHING],
    background: async () => {
      await connectionTests.removeLeftovers()
      await Promise.all([delivery, handOn, dryRuns, scaling].map((each) => each.run()))
    },
    reports: { [DELIVERY_PATH]: () => deliveryReportOf(delivery.flow()) },
    services: {
      [RECEIPT_PATH]: createReceiptService(watches.receipts),
      [CONNECTION_TEST_PATH]: createConnectionTestService(connectionTests),
    },
    reconcile: async (key) => {
      const observed = await gather(runner.failures(key))
      const result = await runner.run(key, reconcile(observed))
      const hasSecrets = observed.destinations.some(({ spec }) => spec.secretRef)
      const isDraining = observed.groups.some(({ spec }) => spec.dedicated?.draining)
      if (observed.trials.pods.length > 0) return sooner(result, TRIALS_AGAIN_MS)
      return sooner(result, hasSecrets || isDraining ? AGAIN_MS : RESYNC_MS)
    },
  }
}
