/** Makes delivery receipts for workloads and Destinations. */
import type { Destination } from '../../../api/kinds/destination.ts'
import type { InstrumentationConfig } from '../../../api/kinds/instrumentation-config.ts'
import { NODE_COLLECTOR_NAME } from '../../../api/names.ts'
import type { Receipt } from '../../../api/reports/receipt.ts'
import { instrumentationConfigName } from '../../../api/workloads.ts'
import { RESOURCES } from '../../../kube/resources.ts'
import type { KubeClient } from '../../../kube/types.ts'
import type { CollectorPodView } from '../delivery/collector-pod-view.ts'
import type { FollowOptions, Subject } from './follow.ts'
import { follow } from './follow.ts'
import type { WorkloadName } from './subject.ts'
import { agentHop, ownResource, workloadResource } from './subject.ts'

export interface ReceiptOptions extends FollowOptions {
  client: Pick<KubeClient, 'request' | 'get'>
  /** Namespace of Odigos. */
  namespace: string
  /** Those that count. */
  destinations: () => readonly Destination[]
}

export type ReceiptRequest = { node?: string | undefined } & ({ workload: WorkloadName } | { destination: string })

/** A request that cannot be served; the message is for the user. */
export class ReceiptProblem extends Error {}

const nodeCollector = (pods: readonly CollectorPodView[], node: string | undefined): CollectorPodView => {
  const all = pods.filter((pod) => pod.group === NODE_COLLECTOR_NAME && (node === undefined || pod.node === node))
  const ready = all.find(({ otlpAddress, isLeaving }) => otlpAddress !== undefined && !isLeaving)
  if (ready) return ready
  const where = node === undefined ? '' : ` on node ${node}`
  const state = all.length === 0 ? `no node collector exists${where}` : `no node collector is ready${where}`
  throw new ReceiptProblem(`${state}; inspect the DaemonSet ${NODE_COLLECTOR_NAME}`)
}

export const createReceipts = (options: ReceiptOptions) => {
  const { client, namespace } = options
  const enabled = (): Destination[] => options.destinations().filter(({ spec }) => !spec.disabled)

  const ofWorkload = async (workload: WorkloadName): Promise<Subject> => {
    const { kind, name } = workload
    const config = await client.get<InstrumentationConfig>({
      type: RESOURCES.instrumentationConfigs,
      namespace: workload.namespace,
      name: instrumentationConfigName(kind, name),
    })
    return {
      text: `${kind}/${name} in ${workload.namespace}`,
      resource: workloadResource(workload, config),
      agent: agentHop(workload, config),
      destinations: enabled(),
    }
  }

  const ofDestination = (name: string): Subject => {
    const destinations = enabled().filter(({ metadata }) => metadata.name === name)
    if (destinations.length === 0)
      throw new ReceiptProblem(`no Destination in ${namespace} that is not disabled has the name ${name}`)
    return { text: `Destination/${name}`, resource: ownResource(namespace, name), destinations }
  }

  /** Rejects with a ReceiptProblem where there is nothing to follow. */
  return async (request: ReceiptRequest): Promise<Receipt> => {
    const subject = 'workload' in request ? await ofWorkload(request.workload) : ofDestination(request.destination)
    return follow(options, subject, nodeCollector(options.pods(), request.node))
  }
}
export type Receipts = ReturnType<typeof createReceipts>
