/**
 * Delivery without loss of acknowledged data. A batch processor holds acknowledged data in memory and loses it when the
 * process is killed. Here data is written to disk before it is acknowledged, batched behind the queue, and removed from
 * disk once its batch was delivered.
 */
import type { ComponentConfig, Components } from '../config.ts'
import type { Disk } from './disk.ts'

export const FILE_STORAGE = 'file_storage'

const MiB = 1024 * 1024

/** gRPC servers accept messages of 4 MiB by default, and larger ones are lost; half leaves room for encoding overhead. */
const MAX_BATCH_BYTES = 2 * MiB
const MIN_BATCH_BYTES = 256 * 1024

export interface QueueSize {
  /** Maximum size of an exporter's queue on disk for one signal. */
  queueBytes: number
  /** Maximum size of a request, if the backend accepts less than usual. */
  maxBatchBytes?: number | undefined
}

export const sendingQueue = ({ queueBytes, maxBatchBytes = MAX_BATCH_BYTES }: QueueSize): ComponentConfig => ({
  storage: FILE_STORAGE,
  sizer: 'bytes',
  queue_size: queueBytes,
  num_consumers: 4,
  batch: {
    sizer: 'bytes',
    flush_timeout: '1s',
    min_size: Math.min(MIN_BATCH_BYTES, maxBatchBytes),
    max_size: maxBatchBytes,
  },
})

const MAX_INTERVAL_SECONDS = 30

/** Retries forever: queued data is never dropped because of its age. */
export const RETRY: ComponentConfig = {
  enabled: true,
  initial_interval: '1s',
  max_interval: `${MAX_INTERVAL_SECONDS}s`,
  max_elapsed_time: '0s',
}

/** Of a destination whose data is dropped after so many seconds of attempts, if any; a collector refuses an interval that is longer. */
export const retryFor = (seconds: number | undefined): ComponentConfig =>
  seconds === undefined
    ? RETRY
    : {
        ...RETRY,
        max_interval: `${Math.min(MAX_INTERVAL_SECONDS, seconds)}s`,
        max_elapsed_time: `${seconds}s`,
      }

/** The storage of all queues: one file for each exporter and signal. */
export const fileStorage = (directory: string, { fsync }: Pick<Disk, 'fsync'>): Components => ({
  [FILE_STORAGE]: {
    directory,
    create_directory: true,
    timeout: '10s',
    fsync,
    // The queue keeper has put damaged files in order; this moves one aside that was damaged since.
    recreate: true,
    compaction: {
      directory,
      on_start: true,
      on_rebound: true,
      cleanup_on_start: true,
      rebound_needed_threshold_mib: 128,
      rebound_trigger_threshold_mib: 16,
    },
  },
})
