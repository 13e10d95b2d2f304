/** The pod that tests a connection: a collector as a gateway has it, without volumes, and with its configuration in a variable. */
import type { KubeObject } from '../../../api/kubernetes.ts'
import { escapeReferences } from '../../../api/kubernetes.ts'
import { CONNECTION_TEST_NAME, GATEWAY_NAME } from '../../../api/names.ts'
import { memoryLimitMiB } from '../../../api/types/resources.ts'
import type { CollectorPlace } from '../../../collector/config.ts'
import { oneShotConfig } from '../../../collector/one-shot.ts'
import { configYaml } from '../../../collector/yaml.ts'
import type { RenderedDestination } from '../../../destinations/render.ts'
import { collectorPodTemplate } from '../collectors/collector-pod.ts'
import type { CollectorSettings } from '../collectors/collector-settings.ts'
import { labelsOf } from '../owned/object.ts'
import { startOnce } from '../trial/trial-pod.ts'

/** Longer than a test takes: the kubelet ends what nobody deletes. */
const DEADLINE_SECONDS = 60
const RESOURCES = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } }
const CONFIG_VARIABLE = 'COLLECTOR_CONFIG'

export interface TestPodOptions {
  namespace: string
  settings: CollectorSettings
  /** Only tests give another. */
  place?: CollectorPlace | undefined
}

export const isTestPod = (name: string): boolean => name.startsWith(`${CONNECTION_TEST_NAME}-`)

/** `suffix` makes the name unique. */
export const testPod = (
  rendered: RenderedDestination,
  suffix: string,
  { namespace, settings, place }: TestPodOptions,
): KubeObject => {
  const config = configYaml(oneShotConfig(rendered, memoryLimitMiB(RESOURCES), place))
  const labels = labelsOf(CONNECTION_TEST_NAME)
  const template = collectorPodTemplate({
    serviceAccount: GATEWAY_NAME,
    image: settings.image,
    keeperImage: settings.keeperImage,
    pullPolicy: settings.pullPolicy,
    labels,
    annotations: {},
    configMap: '',
    env: [{ name: CONFIG_VARIABLE, value: escapeReferences(config) }, ...rendered.env],
    resources: RESOURCES,
    storage: { kind: 'claim' },
    everyNode: false,
    readsLogs: false,
    asksCluster: false,
  })
  const { containers, volumes: _volumes, ...spec } = startOnce(template)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${CONNECTION_TEST_NAME}-${suffix}`, namespace, labels },
    spec: {
      ...spec,
      activeDeadlineSeconds: DEADLINE_SECONDS,
      containers: containers.map(({ volumeMounts: _mounts, ...container }) => ({
        ...container,
        args: [`--config=env:${CONFIG_VARIABLE}`],
      })),
    },
  }
}
