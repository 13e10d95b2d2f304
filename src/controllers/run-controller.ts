import { awaitCrds } from '../kube/crds/await-crds.ts'
import { createKubeClient } from '../kube/http/client.ts'
import { logWarning } from '../kube/http/warnings.ts'
import type { KubeClient, Informer, Cached, ReconcileResult, RecordEvent } from '../kube/types.ts'
import { reportInformers } from '../kube/watch/informer-metrics.ts'
import { createController } from '../kube/work/controller.ts'
import { createEventRecorder } from '../kube/work/events.ts'
import type { KeyQueue } from '../kube/work/queue.ts'
import type { Service } from '../process/health.ts'
import type { Log } from '../process/log.ts'
import type { ProcessContext, ServingProcess } from '../process/run-process.ts'
import { runLeaderProcess } from './run-leader-process.ts'

/** What every controller is created from. */
export interface ControllerContext extends Pick<ProcessContext<ServingProcess>, 'log' | 'metrics' | 'signal'> {
  client: KubeClient
  record: RecordEvent
  /** Namespace of Odigos. */
  namespace: string
  /** Milliseconds since 1970. */
  nowMs: () => number
}

/** A controller as a list of parts: the queue is created first, and informers add keys to it. */
export interface ControllerParts {
  /** Folder of the controller = log field = metric label. */
  name: string
  queue: KeyQueue
  /** All of them by name, for readiness and metrics. */
  informers: Record<string, Informer<Cached>>
  /** Keys that are reconciled at the same time. */
  concurrency: number
  /** gather → reconcile → act. */
  reconcile: (key: string) => Promise<ReconcileResult>
  /** Keys that are reconciled as soon as the caches are filled. */
  firstKeys: () => Iterable<string>
  /** What runs beside the reconciles, until the signal is aborted. */
  background?: () => Promise<void>
  /** What it knows, by path, for others to read as JSON. */
  reports?: Readonly<Record<string, () => unknown>>
  /** What it does for others at their request, by path. */
  services?: Readonly<Record<string, Service>>
}

/** A client that logs what the API server warns about. */
export const createClient = (log: Log, signal: AbortSignal): KubeClient =>
  createKubeClient({ signal, onWarning: logWarning(log) })

/** Runs a controller until the signal is aborted. */
export const runParts = async (
  parts: ControllerParts,
  context: Pick<ControllerContext, 'log' | 'signal'> & Partial<Pick<ControllerContext, 'metrics'>>,
): Promise<void> => {
  const controller = createController({ ...context, ...parts })
  await Promise.all(Object.values(parts.informers).map((informer) => informer.synced))
  for (const key of parts.firstKeys()) parts.queue.add(key)
  await Promise.all([controller.run(), parts.background?.()])
}

/** A process that is one controller, of which one replica works, on CustomResourceDefinitions of its release. */
export const runController = <Name extends Exclude<ServingProcess, 'webhook'>>(
  name: Name,
  createParts: (context: ControllerContext, config: ProcessContext<Name>['config']) => ControllerParts,
): Promise<void> =>
  runLeaderProcess(name, async ({ config, log, metrics, health }, signal) => {
    const client = createClient(log, signal)
    const crds = awaitCrds({ client, log, signal })
    health.addReadiness('crds', crds.problem)
    if (!(await crds.inPlace)) return
    const record = createEventRecorder({ client, component: `odigos-${name}`, log })
    const context = { client, record, log, metrics, signal, namespace: config.NAMESPACE, nowMs: Date.now }
    const parts = createParts(context, config)
    reportInformers(parts.informers, { health, metrics })
    for (const [path, report] of Object.entries(parts.reports ?? {})) health.addReport(path, report)
    for (const [path, service] of Object.entries(parts.services ?? {})) health.addService(path, service)
    await runParts(parts, context)
  })
