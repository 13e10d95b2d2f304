import { isIgnoredNamespace } from '../../api/opt-in.ts'
import type { KubeClient } from '../../kube/types.ts'
import { createController } from '../../kube/work/controller.ts'
import { createEventRecorder } from '../../kube/work/events.ts'
import { reportInformers } from '../../kube/watch/informer-metrics.ts'
import type { ProcessContext } from '../../process/run-process.ts'
import type { CertificatesOptions } from '../certificates/controller.ts'
import { createCertificates } from '../certificates/controller.ts'
import { createAct } from './act.ts'
import type { Caches } from './watch/caches.ts'
import { createCaches } from './watch/caches.ts'
import { createInstrumentor } from './controller.ts'
import { createDetection } from './detection/runner.ts'
import { FIELD_MANAGER } from './field-manager.ts'
import { createInstrumentorMetrics } from './metrics.ts'
import { createOwnWrites } from './watch/own-writes.ts'
import type { RestartSlots } from './restart/slots.ts'
import { createRestartSlots } from './restart/slots.ts'
import { isHealthy, isRolling } from './restart/workload-health.ts'
import { keyOf } from './watch/workload-index.ts'

export interface InstrumentorContext extends Pick<
  ProcessContext<'instrumentor'>,
  'config' | 'log' | 'metrics' | 'health'
> {
  client: KubeClient
  signal: AbortSignal
}

const certificatesOptions = (
  { client, config, log, metrics, signal }: InstrumentorContext,
  caches: Caches,
  onWorkload: (key: string) => void,
): CertificatesOptions => ({
  client,
  log,
  metrics,
  signal,
  webhook: {
    configurationName: config.WEBHOOK_CONFIGURATION,
    serviceName: config.WEBHOOK_SERVICE,
    systemNamespace: config.NAMESPACE,
    timeoutSeconds: config.WEBHOOK_TIMEOUT_SECONDS,
  },
  secretName: config.WEBHOOK_SECRET,
  namespaces: () =>
    [...new Set(caches.configs.list().map(({ metadata }) => metadata.namespace))].filter(
      (namespace) => !isIgnoredNamespace(namespace, caches.settings(), config.NAMESPACE),
    ),
  onServed: (namespace) => caches.workloadsIn(namespace).forEach((workload) => onWorkload(keyOf(workload))),
})

/** Restarts that are under way, of this system before it was started again, count too. */
const holdSlots = (caches: Caches, slots: RestartSlots): void => {
  for (const { metadata, spec, status } of caches.configs.list()) {
    const key = `${metadata.namespace}/${spec.workload.kind}/${spec.workload.name}`
    const replicas = caches.workloadOf(key)?.replicas
    const isRestarted = status?.state === 'RestartRequired' || status?.state === 'RolledBack'
    if (isRestarted && replicas && isRolling(replicas)) slots.hold(key)
  }
}

/** The instrumentor's parts, put together and run until the signal is aborted. */
export const runInstrumentor = async (context: InstrumentorContext): Promise<void> => {
  const { client, config, log, metrics, signal } = context
  const systemNamespace = config.NAMESPACE
  const image = (name: string): string => `${config.IMAGE_REGISTRY}/${name}:${config.IMAGE_TAG}`
  const record = createEventRecorder({ client, component: FIELD_MANAGER, log })
  const onWorkload = (key: string): void => instrumentor.add(key)
  const ownWrites = createOwnWrites(Date.now)

  const caches = createCaches({
    client,
    systemNamespace,
    signal,
    onWorkload,
    onConfigs: () => certificates.check(),
    onConfig: ownWrites.seen,
    onSettingsProblem: (settings) =>
      record(settings, { type: 'Warning', reason: 'InvalidField', message: settings.problem ?? '' }),
    onError: (error) => log.warn({ err: error }, 'watch failed'),
  })
  const measured = createInstrumentorMetrics(metrics, caches.configs.list)
  const detection = createDetection({
    client,
    pod: {
      image: image('control-plane'),
      namespace: systemNamespace,
      pullPolicy: config.IMAGE_PULL_POLICY,
      serviceAccount: config.DETECTOR_SERVICE_ACCOUNT,
    },
    log,
    signal,
    onAnswer: onWorkload,
    onDetected: measured.detected,
  })
  const certificates = createCertificates({ ...certificatesOptions(context, caches, onWorkload) })
  const slots = createRestartSlots((key) => {
    const workload = caches.workloadOf(key)
    return workload !== undefined && isHealthy(workload)
  }, Date.now)
  const instrumentor = createController({
    name: 'instrumentor',
    log,
    metrics,
    concurrency: 4,
    signal,
    reconcile: createInstrumentor({
      caches,
      detection,
      act: createAct({ client, record, log, slots, ownWrites, metrics: measured }),
      ownWrites,
      onGone: slots.forget,
      images: { agent: (agent) => image(`agent-${agent}`), pullPolicy: config.IMAGE_PULL_POLICY },
      systemNamespace,
      isServed: certificates.isServed,
      now: Date.now,
    }),
  })
  reportInformers(caches.informers, context)
  await Promise.all([caches.synced, detection.synced])
  holdSlots(caches, slots)
  const certificatesRun = certificates.run()
  await Promise.race([certificates.tried, certificatesRun])
  await Promise.all([certificatesRun, detection.run(), instrumentor.run()])
}
