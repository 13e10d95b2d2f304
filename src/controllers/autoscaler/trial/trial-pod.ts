/** The pod that starts a configuration once, before collectors in use get it. */
import type { Container, KubeObject, PodTemplate, Volume, VolumeMount } from '../../../api/kubernetes.ts'
import { COMPONENT_LABEL, GATEWAY_NAME } from '../../../api/names.ts'
import { configHash } from '../../../collector/config.ts'
import { LOGS_VOLUME, STORAGE_VOLUME } from '../collectors/collector-pod.ts'
import { TRIAL_PREFIX } from './verdict.ts'

export interface Trial {
  /** Of the configuration, the image, the variables with the versions of their Secrets, and all else that the pod has. */
  hash: string
  pod: KubeObject
  configMap: KubeObject
}

/** With the time to pull the image. */
const DEADLINE_SECONDS = 900
/** Enough for a start without telemetry; the limits are those of the collectors. */
const REQUESTS = { cpu: '10m', memory: '64Mi' }

const withoutSubPath = ({ subPathExpr: _dropped, ...mount }: VolumeMount): VolumeMount => mount

const trialContainer = (container: Container): Container => {
  const { startupProbe: _startup, livenessProbe: _liveness, readinessProbe, ...kept } = container
  return {
    ...kept,
    readinessProbe: { ...readinessProbe, periodSeconds: 1, failureThreshold: 1 },
    resources: { ...kept.resources, requests: REQUESTS },
    // The last lines of the log become the message with which the container ends.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: (kept.volumeMounts ?? []).map(withoutSubPath),
  }
}

/** Queues in use must not be opened twice, and what others read and send must not be sent again. */
const ownStorage = (volumes: readonly Volume[]): Volume[] => [
  ...volumes
    .map((volume) => (volume.name === LOGS_VOLUME ? { name: LOGS_VOLUME, emptyDir: {} } : volume))
    .filter(({ name }) => name !== STORAGE_VOLUME),
  { name: STORAGE_VOLUME, emptyDir: { sizeLimit: '64Mi' } },
]

/** What it gathers must not reach the gateway, which has it from collectors in use. */
const toNobody = ({ spec }: PodTemplate, namespace: string | undefined): object =>
  spec['automountServiceAccountToken'] === true
    ? { hostAliases: [{ ip: '127.0.0.1', hostnames: [`${GATEWAY_NAME}.${namespace}.svc`] }] }
    : {}

/** The pod of a template, which starts once and is not restarted. */
export const startOnce = ({ spec }: PodTemplate): PodTemplate['spec'] => {
  const { initContainers: _keeper, topologySpreadConstraints: _spread, ...kept } = spec
  return {
    ...kept,
    restartPolicy: 'Never',
    activeDeadlineSeconds: DEADLINE_SECONDS,
    // It must go even if its node is dead: the next pod of the trial has the same name.
    terminationGracePeriodSeconds: 0,
    containers: spec.containers.map(trialContainer),
    volumes: ownStorage(spec.volumes ?? []),
  }
}

/** The trial of a workload that is to run collectors, with its ConfigMap. */
export const trialOf = (workload: KubeObject, configMap: KubeObject): Trial => {
  const { template } = workload['spec'] as { template: PodTemplate }
  const spec = { ...startOnce(template), ...toNobody(template, workload.metadata.namespace) }
  const hash = configHash([template.metadata?.annotations, spec])
  const { namespace, labels = {}, ownerReferences = [] } = workload.metadata
  return {
    hash,
    configMap,
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${TRIAL_PREFIX}${hash}`,
        ...(namespace === undefined ? {} : { namespace }),
        // No Service and no PodDisruptionBudget selects it.
        labels: { ...labels, [COMPONENT_LABEL]: 'trial' },
        ownerReferences,
      },
      spec,
    },
  }
}
