/** The Services that shards of traces to decide about are sent to. A shard moves with the selector of its Service, as a lane does. Pure. */
import type { CollectorsGroup } from '../../../api/kinds/collectors-group.ts'
import type { KubeObject } from '../../../api/kubernetes.ts'
import { shardServiceName, SHARDS, TAIL_PORT } from '../../../api/routing/shards.ts'
import type { Body } from '../owned/object.ts'
import { createObjectOf, selectorOf } from '../owned/object.ts'

/** By the own address of the pod, so that a pod reaches itself in every network, and while it is not ready. */
const specOf = (group: string, pod: string): Body => ({
  type: 'ClusterIP',
  clusterIP: 'None',
  publishNotReadyAddresses: true,
  selector: { ...selectorOf(group), 'statefulset.kubernetes.io/pod-name': pod },
  ports: [{ name: 'otlp-tail', port: TAIL_PORT, targetPort: TAIL_PORT, protocol: 'TCP', appProtocol: 'grpc' }],
})

/** `pods` are the names of those that hold the shards. */
export const shardServices = (group: CollectorsGroup, pods: readonly string[]): KubeObject[] =>
  pods.map((pod, index) =>
    createObjectOf(group)(
      { apiVersion: 'v1', kind: 'Service', name: shardServiceName(SHARDS[index] ?? '') },
      { spec: specOf(group.metadata.name, pod) },
    ),
  )
