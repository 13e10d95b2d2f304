/** What a cluster operator sets for all collectors. */
import { parseQuantity } from '../../../api/types/quantity.ts'
import type { Disk } from '../../../collector/delivery/disk.ts'

export interface CollectorSettings {
  image: string
  /** Image with the queue keeper. */
  keeperImage: string
  pullPolicy: string
  /** StorageClass of the gateways' volumes; a folder of the node where absent. */
  storageClass?: string | undefined
  /** Quantities of bytes. */
  gatewayQueueSize: string
  nodeQueueSize: string
  fsync: boolean
  /** Whether collectors have the permissions to gather telemetry of the infrastructure. */
  isInfrastructureAllowed: boolean
}

const disk = (size: string, fsync: boolean): Disk => ({ bytes: parseQuantity(size) ?? 0, fsync })

export const gatewayDisk = ({ gatewayQueueSize, fsync }: CollectorSettings): Disk => disk(gatewayQueueSize, fsync)
export const nodeDisk = ({ nodeQueueSize, fsync }: CollectorSettings): Disk => disk(nodeQueueSize, fsync)
