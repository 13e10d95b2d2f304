/** One budget for the volume with the queues of a collector, divided among them, so that the volume never fills up. */

export interface Disk {
  /** Size of the volume, or the part of the node's disk that the queues may take. */
  bytes: number
  /** Whether each write is forced to the disk, so that it survives a power failure, at the cost of throughput. */
  fsync: boolean
}

const MiB = 2 ** 20

/** Below this, a queue does not even bridge the replacement of a backend. */
export const MIN_QUEUE_BYTES = 32 * MiB
/** More is of no use: it would take hours to deliver. */
export const MAX_QUEUE_BYTES = 512 * MiB
/** Part of a volume that its file system leaves to files. */
const USABLE = 0.95
/** Size of the file of a full queue, relative to what is in it: pages are not full, and freed ones are kept. */
const FILE_OVERHEAD = 1.25
/** Compaction at start copies one queue at a time; a damaged one is kept aside. */
const SPARE_QUEUES = 1

const roomFor = ({ bytes }: Disk): number => (bytes * USABLE) / FILE_OVERHEAD

/** How many queues a volume has room for. */
export const maxQueues = (disk: Disk): number => Math.max(0, Math.floor(roomFor(disk) / MIN_QUEUE_BYTES) - SPARE_QUEUES)

/** Maximum size of each queue, in bytes of telemetry. */
export const queueBytes = (disk: Disk, queues: number): number =>
  Math.min(MAX_QUEUE_BYTES, Math.floor(roomFor(disk) / (queues + SPARE_QUEUES)))
