/** Stands for the kubelet of trials: says of their pods what a test decides by their configuration. */
import type { KubeObject, PodSpec } from '../../../src/api/kubernetes.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient } from '../../../src/kube/types.ts'
import { createInformer } from '../../../src/kube/watch/informer.ts'

/** The status of the pod, for a configuration as YAML; undefined where nothing becomes of it. */
export type TrialOutcome = (config: string) => object | undefined

const container = { name: 'collector', image: 'none', imageID: '', restartCount: 0 }

export const startedStatus = (): object => ({
  phase: 'Running',
  containerStatuses: [{ ...container, ready: true, state: { running: {} } }],
})

export const failedStatus = (message: string): object => ({
  phase: 'Failed',
  containerStatuses: [{ ...container, ready: false, state: { terminated: { exitCode: 1, message } } }],
})

export const unscheduledStatus = (message: string): object => ({
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
})

export interface TrialKubelet {
  /** Names of the pods that it has seen. */
  seen: string[]
  outcome: TrialOutcome
}

const configOf = async (client: KubeClient, namespace: string, pod: KubeObject): Promise<string> => {
  const { volumes = [] } = pod['spec'] as PodSpec
  const { configMap } = (volumes.find(({ name }) => name === 'config') ?? {}) as { configMap?: { name: string } }
  const found = await client.get<KubeObject>({ type: RESOURCES.configMaps, namespace, name: configMap?.name ?? '' })
  return Object.values((found?.['data'] ?? {}) as Record<string, string>).join('\n')
}

/** All trials start, until a test says otherwise. */
export const startTrialKubelet = (client: KubeClient, namespace: string, signal: AbortSignal): TrialKubelet => {
  const kubelet: TrialKubelet = { seen: [], outcome: startedStatus }
  const answer = async (pod: KubeObject): Promise<void> => {
    const status = kubelet.outcome(await configOf(client, namespace, pod))
    if (!status) return
    const to = { fieldManager: 'kubelet', subresource: 'status' as const }
    await client.mergePatch({ type: RESOURCES.pods, namespace, name: pod.metadata.name }, { status }, to)
  }
  createInformer<KubeObject>({
    client,
    namespace,
    type: RESOURCES.pods,
    labelSelector: 'odigos.io/component=trial',
    signal,
    onError: () => undefined,
    onChange: (pod, change) => {
      if (change !== 'added') return
      kubelet.seen.push(pod.metadata.name)
      // It may have been deleted meanwhile.
      void answer(pod).catch(() => undefined)
    },
  })
  return kubelet
}
