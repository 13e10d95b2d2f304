import type { ImageSource } from '../../api/names.ts'
import { imageReference } from '../../api/names.ts'
import { isIgnoredNamespace } from '../../api/opt-in.ts'
import { agentImages } from '../../inject/agents/images.ts'
import type { KubeClient, RecordEvent, WorkQueue } from '../../kube/types.ts'
import { reportInformers } from '../../kube/watch/informer-metrics.ts'
import { createController } from '../../kube/work/controller.ts'
import { createEventRecorder } from '../../kube/work/events.ts'
import { createKeyQueue } from '../../kube/work/queue.ts'
import type { ProcessContext } from '../../process/run-process.ts'
import type { Certificates, CertificatesOptions } from '../certificates/controller.ts'
import { createCertificates } from '../certificates/controller.ts'
import { createActionRunner } from '../actions/runner.ts'
import { runParts } from '../run-controller.ts'
import { createAccept, objectKey } from './accept.ts'
import { createAct } from './act.ts'
import { bringCrds } from './bring-crds.ts'
import type { DetectorPodSettings } from './detection/manifest.ts'
import type { Detection } from './detection/runner.ts'
import { createDetection } from './detection/runner.ts'
import { FIELD_MANAGER } from './field-manager.ts'
import { createGather } from './gather.ts'
import type { InstrumentorMetrics } from './metrics.ts'
import { createInstrumentorMetrics } from './metrics.ts'
import { createRemoveOrphan } from './orphans.ts'
import { stepOf } from './reconcile.ts'
import { createReconcileWorkload } from './reconcile-workload.ts'
import type { Seen, SeenOptions } from './seen/runner.ts'
import { createSeen } from './seen/runner.ts'
import { createRestartSlots, restartsUnderWay } from './restart/slots.ts'
import { createReportForeignDefinitions } from './status/foreign-config.ts'
import { TELEMETRY_PATH } from '../../api/reports/telemetry-report.ts'
import { telemetryReportOf } from './status/telemetry/report.ts'
import { reportLastSeen } from './status/telemetry/last-seen-metric.ts'
import { createReportUncontrolled } from './status/uncontrolled-pods.ts'
import { isHealthy } from './restart/workload-health.ts'
import type { Trials } from './trial/runner.ts'
import { createTrials } from './trial/runner.ts'
import type { Caches } from './watch/caches.ts'
import { createCaches } from './watch/caches.ts'
import type { OwnWrites } from './watch/own-writes.ts'
import { createOwnWrites } from './watch/own-writes.ts'

export interface InstrumentorContext
  extends
    Pick<ProcessContext<'instrumentor'>, 'config' | 'log' | 'metrics' | 'health'>,
    Partial<Pick<SeenOptions, 'pull' | 'intervalMs'>> {
  client: KubeClient
  signal: AbortSignal
}
type Config = InstrumentorContext['config']

const imagesOf = ({ IMAGE_REGISTRY, IMAGE_TAG }: Config): ImageSource => ({ registry: IMAGE_REGISTRY, tag: IMAGE_TAG })

const detectorPod = (config: Config): DetectorPodSettings => ({
  image: imageReference('control-plane', imagesOf(config)),
  namespace: config.NAMESPACE,
  pullPolicy: config.IMAGE_PULL_POLICY,
  serviceAccount: config.DETECTOR_SERVICE_ACCOUNT,
})

const certificatesOptions = (
  context: InstrumentorContext & Pick<CertificatesOptions, 'record' | 'nowMs'>,
  caches: Caches,
  queue: WorkQueue,
): CertificatesOptions => ({
  ...context,
  webhook: {
    configurationName: context.config.WEBHOOK_CONFIGURATION,
    serviceName: context.config.WEBHOOK_SERVICE,
    systemNamespace: context.config.NAMESPACE,
    timeoutSeconds: context.config.WEBHOOK_TIMEOUT_SECONDS,
  },
  secretName: context.config.WEBHOOK_SECRET,
  namespaces: () => {
    const settings = caches.currentSettings()
    const namespaces = new Set(caches.ownConfigs().map(({ metadata }) => metadata.namespace))
    return settings && [...namespaces].filter((each) => !isIgnoredNamespace(each, settings, context.config.NAMESPACE))
  },
  onServed: (namespace) => caches.keysIn(namespace).forEach((key) => queue.add(key)),
})

interface WorkloadParts {
  record: RecordEvent
  caches: Caches
  ownWrites: OwnWrites
  metrics: InstrumentorMetrics
  detection: Detection
  certificates: Certificates
  seen: Seen
  trials: Trials | undefined
}

/** What reconciles workloads: gather → reconcile → act. */
const createWorkloads = ({ client, config, log, ...context }: InstrumentorContext, parts: WorkloadParts) => {
  const { record, caches, ownWrites, metrics, detection, certificates, seen, trials } = parts
  const now = Date.now
  const slots = createRestartSlots((key) => {
    const workload = caches.workloadOf(key)
    return workload !== undefined && isHealthy(workload)
  }, now)
  const runner = createActionRunner({
    controller: 'instrumentor',
    log,
    metrics: context.metrics,
    record,
    act: createAct({ client, record, log, slots, ownWrites, metrics }),
    stepOf,
    nowMs: now,
  })
  const gather = createGather({
    caches,
    detection,
    ownWrites,
    seen,
    trials,
    images: agentImages(config),
    systemNamespace: config.NAMESPACE,
    isServed: certificates.isServed,
    now,
  })
  const removeOrphan = createRemoveOrphan({ client, log, caches })
  const onGone = (key: string): Promise<void> => {
    slots.forget(key)
    return removeOrphan(key)
  }
  const reconcile = createReconcileWorkload({ gather, runner, detection, trials, onGone, record })
  return { slots, reconcile }
}

/** The instrumentor's parts: queue, caches, detection, and what reconciles the keys that these put into the queue. */
const createParts = (context: InstrumentorContext) => {
  const { client, config, log, signal } = context
  const now = Date.now
  const queue = createKeyQueue()
  const acceptance = createKeyQueue()
  const record = createEventRecorder({ client, component: FIELD_MANAGER, log })
  const ownWrites = createOwnWrites(now)
  const caches = createCaches({
    client,
    systemNamespace: config.NAMESPACE,
    signal,
    onWorkload: (key) => queue.add(key),
    onConfig: ownWrites.seen,
    onSettingsObject: (object) => acceptance.add(objectKey(object)),
    onError: (error) => log.warn({ err: error }, 'watch failed'),
  })
  const metrics = createInstrumentorMetrics(context.metrics, caches.ownConfigs)
  const detection = createDetection({
    client,
    pod: detectorPod(config),
    log,
    signal,
    nowMs: now,
    onFindings: (key) => queue.add(key),
    onDetected: metrics.detected,
  })
  const certificates = createCertificates(certificatesOptions({ ...context, record, nowMs: now }, caches, queue))
  caches.onNamespaces(certificates.check)
  const onNews = (key: string): void => queue.add(key)
  const seen = createSeen({ ...context, caches, nowMs: now, onNews })
  reportLastSeen(context.metrics, caches, seen)
  context.health.addReport(TELEMETRY_PATH, () => telemetryReportOf(caches, seen))
  const trials = config.DRY_RUN === 'true' ? createTrials({ ...context, metrics, onVerdict: onNews }) : undefined
  const parts = { record, caches, ownWrites, metrics, detection, certificates, seen, trials }
  return { queue, ...parts, ...createWorkloads(context, parts), acceptance }
}

/** Applies the CustomResourceDefinitions, then runs the instrumentor's parts until the signal is aborted. */
export const runInstrumentor = async (context: InstrumentorContext): Promise<void> => {
  const crds = bringCrds({ ...context, onForeign: createReportForeignDefinitions(context) })
  context.health.addReadiness('crds', crds.problem)
  if (!(await crds.inPlace)) return
  const { caches, detection, certificates, seen, trials, slots, ...parts } = createParts(context)
  const { log, metrics, signal } = context
  const { queue, reconcile, acceptance, record } = parts
  const controller = createController({ name: 'instrumentor', log, metrics, concurrency: 4, signal, queue, reconcile })
  const accept = createAccept({ ...context, record, find: caches.settingsObject, now: Date.now })
  const acceptor = createController({
    name: 'acceptance',
    log,
    metrics,
    concurrency: 1,
    signal,
    queue: acceptance,
    reconcile: accept,
  })
  reportInformers(caches.informers, context)
  await Promise.all([caches.synced, detection.synced])
  caches.reportUncontrolled(createReportUncontrolled({ record, caches, systemNamespace: context.config.NAMESPACE }))
  for (const key of restartsUnderWay(caches.ownConfigs(), caches.workloadOf)) slots.hold(key)
  const certificatesRun = runParts(certificates, context)
  await Promise.race([certificates.tried, certificatesRun])
  await Promise.all([certificatesRun, detection.run(), seen.run(), trials?.run(), controller.run(), acceptor.run()])
}
