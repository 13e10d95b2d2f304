/** Receivers of the metrics of nodes, pods and the cluster. */
import type { Infrastructure } from '../../api/kinds/infrastructure.ts'
import type { CollectorPlace, ComponentConfig } from '../config.ts'

/** Variable with the address of the node (downward API). */
export const NODE_IP_VARIABLE = 'NODE_IP'

type Settings<Name extends keyof Infrastructure> = NonNullable<Infrastructure[Name]>

const seconds = (value: number): string => `${value}s`

/**
 * Of what /proc says of the node to every container. Network and file systems are those of the container there: the kubelet reports those of
 * the node, so that no folder of the node has to be mounted.
 */
export const hostReceiver = ({ intervalSeconds }: Settings<'hostMetrics'>): ComponentConfig => ({
  collection_interval: seconds(intervalSeconds),
  scrapers: { cpu: {}, memory: {}, load: {}, disk: {}, paging: {} },
})

/** By address: names of nodes often cannot be resolved in a pod. */
export const kubeletReceiver = (
  { intervalSeconds, verifyCertificate }: Settings<'kubeletMetrics'>,
  { kubeletAuth, kubeletPort }: CollectorPlace,
): ComponentConfig => ({
  collection_interval: seconds(intervalSeconds),
  auth_type: kubeletAuth,
  endpoint: `\${env:${NODE_IP_VARIABLE}}:${kubeletPort}`,
  insecure_skip_verify: !verifyCertificate,
  metric_groups: ['node', 'pod', 'container', 'volume'],
})
