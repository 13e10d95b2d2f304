/** Simulates a cluster's reaction to workloads on a bare API server: their pods, and detector pods that report. */
import type { KubeObject, Pod } from '../../../src/api/kubernetes.ts'
import type { Language } from '../../../src/api/vocabulary.ts'
import { writeReport } from '../../../src/detector/report.ts'
import { isNotFound } from '../../../src/kube/http/error.ts'
import { createInformer } from '../../../src/kube/watch/informer.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient } from '../../../src/kube/types.ts'
import { detectorTargets } from './detector-targets.ts'

export interface NewWorkload {
  name: string
  namespace: string
  isReady?: boolean
}
export interface NewPods {
  injected: boolean
  image?: string
  isCrashing?: boolean
}

const deploymentOf = ({ name, namespace }: NewWorkload): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: `${name}:1` }] },
    },
  },
})

/** In the kubelet's place: each detector pod reports the same language for every container. */
export const createDetectorReports = (client: KubeClient, signal: AbortSignal) => {
  let language: Language = 'nodejs'
  let isHeld = false
  let detectorPods = 0
  const held: KubeObject[] = []
  const report = async (object: KubeObject): Promise<void> => {
    const containerStatuses = (object as unknown as Pod).spec.containers.map((container) => {
      const found = detectorTargets(container).map(({ containers }) =>
        containers.map(({ name }) => ({
          name,
          reason: 'Detected' as const,
          message: '',
          language,
          runtimeVersion: '22.1.0',
          evidence: [`exe ${language}`],
        })),
      )
      const state = { terminated: { exitCode: 0, message: writeReport(found) } }
      return { name: container.name, image: 'x', imageID: 'x', ready: false, restartCount: 0, state }
    })
    const { namespace, name } = object.metadata
    const ref = { type: RESOURCES.pods, namespace, name }
    const reported = { status: { phase: 'Succeeded', containerStatuses } }
    await client
      .mergePatch(ref, reported, { fieldManager: 'kubelet', subresource: 'status' })
      .catch((error: unknown) => {
        // The instrumentor may have deleted it meanwhile.
        if (!isNotFound(error)) throw error
      })
  }
  createInformer<KubeObject>({
    client,
    type: RESOURCES.pods,
    namespace: 'odigos-system',
    labelSelector: 'odigos.io/component=detector',
    signal,
    onChange: (object, change) => {
      if (change !== 'added') return
      detectorPods += 1
      if (isHeld) held.push(object)
      else void report(object)
    },
  })
  return {
    /** Number of detector pods created since the start. */
    count: (): number => detectorPods,
    reportLanguage: (next: Language): void => void (language = next),
    /** While held, detector pods do not report. */
    hold: (value: boolean): void => {
      isHeld = value
      if (!value) for (const object of held.splice(0)) void report(object)
    },
  }
}

/** In place of the controllers of workloads, and of the kubelet for their pods. */
export const createFakeWorkloads = (client: KubeClient) => {
  let pods = 0
  const createPod = async (
    { name, namespace, isReady = true }: NewWorkload,
    {
      image = `${name}:1`,
      isCrashing = false,
      annotations = {},
    }: Partial<NewPods> & { annotations?: Record<string, string> },
  ): Promise<void> => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-abc`, uid: 'u', controller: true }
    const metadata = {
      name: `${name}-abc-${(pods += 1)}`,
      namespace,
      labels: { app: name, 'pod-template-hash': 'abc' },
      annotations,
      ownerReferences: [owner],
    }
    const spec = { nodeName: 'node-1', terminationGracePeriodSeconds: 0, containers: [{ name: 'app', image }] }
    await client.create(RESOURCES.pods, { apiVersion: 'v1', kind: 'Pod', metadata, spec }, { fieldManager: 'test' })
    const state = isCrashing ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: {} }
    const container = {
      name: 'app',
      image,
      imageID: `sha256:${image}`,
      containerID: `containerd://${String(pods).padStart(64, '0')}`,
      ready: isReady && !isCrashing,
      restartCount: isCrashing ? 5 : 0,
      state,
    }
    await client.mergePatch(
      { type: RESOURCES.pods, namespace, name: metadata.name },
      { status: { phase: 'Running', containerStatuses: [container] } },
      { fieldManager: 'kubelet', subresource: 'status' },
    )
  }
  /** In place of the Deployment's controller. */
  const settleDeployment = async ({ name, namespace, isReady = true }: NewWorkload): Promise<void> => {
    const ref = { type: RESOURCES.deployments, namespace, name }
    const observedGeneration = (await client.get<KubeObject>(ref))?.metadata.generation ?? 1
    const status = { observedGeneration, replicas: 1, updatedReplicas: 1, readyReplicas: isReady ? 1 : 0 }
    await client.mergePatch(ref, { status }, { fieldManager: 'test', subresource: 'status' })
  }
  const deploy = async (workload: NewWorkload): Promise<void> => {
    await client.create(RESOURCES.deployments, deploymentOf(workload), { fieldManager: 'user' })
    await settleDeployment(workload)
    await createPod(workload, {})
  }
  return { createPod, settleDeployment, deploy }
}
