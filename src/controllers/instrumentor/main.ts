import { createKubeClient } from '../../kube/client.ts'
import { createController } from '../../kube/controller.ts'
import { createEventRecorder } from '../../kube/events.ts'
import { reportInformers } from '../../kube/informer-metrics.ts'
import type { ProcessContext } from '../../process/run-process.ts'
import { runLeaderProcess } from '../leader-process.ts'
import { createCertificates } from '../certificates/controller.ts'
import { createAct } from './act.ts'
import { createCaches } from './caches.ts'
import { createInstrumentor } from './controller.ts'
import { createDetectionQueue } from './detection-queue.ts'
import { isHealthy } from './reconcile.ts'
import { createRestartSlots } from './restart-slots.ts'

const NAME = 'odigos-instrumentor'

const lead = async (
  { config, log, metrics, health }: ProcessContext<'instrumentor'>,
  signal: AbortSignal,
): Promise<void> => {
  const client = createKubeClient({ signal })
  const systemNamespace = config.NAMESPACE
  const image = (name: string): string => `${config.IMAGE_REGISTRY}/${name}:${config.IMAGE_TAG}`
  const images = { agent: (agent: string) => image(`agent-${agent}`), pullPolicy: config.IMAGE_PULL_POLICY }
  const record = createEventRecorder({ client, component: NAME, log })
  const onWorkload = (key: string): void => instrumentor.add(key)

  const caches = createCaches({
    client,
    systemNamespace,
    signal,
    onWorkload,
    onConfigs: () => certificates.check(),
    onError: (error) => log.warn({ err: error }, 'watch failed'),
  })
  const detection = createDetectionQueue({
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
  })
  const certificates = createCertificates({
    client,
    log,
    metrics,
    signal,
    webhook: {
      configurationName: config.WEBHOOK_CONFIGURATION,
      serviceName: config.WEBHOOK_SERVICE,
      systemNamespace,
      timeoutSeconds: config.WEBHOOK_TIMEOUT_SECONDS,
    },
    secretName: config.WEBHOOK_SECRET,
    namespaces: () => [...new Set(caches.configs.list().map(({ metadata }) => metadata.namespace))],
    onServed: (namespace) =>
      caches
        .workloadsIn(namespace)
        .forEach(({ kind, metadata }) => onWorkload(`${namespace}/${kind}/${metadata.name}`)),
  })
  const isHealthyNow = (key: string): boolean => {
    const [namespace = '', kind = '', name = ''] = key.split('/')
    const workload = caches.workload(kind, namespace, name)
    return workload !== undefined && isHealthy(workload)
  }
  const act = createAct({ client, record, log, slots: createRestartSlots(isHealthyNow, Date.now) })
  const { isServed } = certificates
  const instrumentor = createController({
    name: 'instrumentor',
    log,
    metrics,
    concurrency: 4,
    signal,
    reconcile: createInstrumentor({ caches, detection, act, images, systemNamespace, isServed, now: Date.now }),
  })
  reportInformers(caches.informers, { health, metrics })
  await Promise.all([caches.synced, detection.synced])
  await Promise.all([certificates.run(), instrumentor.run()])
}

await runLeaderProcess('instrumentor', lead)
