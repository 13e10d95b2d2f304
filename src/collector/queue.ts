/**
 * Sending so that what was acknowledged arrives. A batch processor holds acknowledged data in memory and loses it when
 * the process is killed; here data is written to disk before it is acknowledged, batches are made behind the queue, and
 * an item leaves the disk when its batch was delivered.
 */
import type { ComponentConfig, Components } from './config.ts'

export const FILE_STORAGE = 'file_storage'

const MiB = 1024 * 1024

/** Most data that one exporter holds on disk for one signal. Above it the sender is told to wait. */
export const QUEUE_BYTES = 512 * MiB
/** gRPC servers take 4 MiB in a message by default, and a bigger one is lost; half leaves room for what encoding adds. */
const MAX_BATCH_BYTES = 2 * MiB
const MIN_BATCH_BYTES = 256 * 1024

export const sendingQueue = (maxBatchBytes = MAX_BATCH_BYTES): ComponentConfig => ({
  storage: FILE_STORAGE,
  sizer: 'bytes',
  queue_size: QUEUE_BYTES,
  num_consumers: 4,
  batch: {
    sizer: 'bytes',
    flush_timeout: '1s',
    min_size: Math.min(MIN_BATCH_BYTES, maxBatchBytes),
    max_size: maxBatchBytes,
  },
})

/** Tries for ever: what is in the queue is never given up for having waited too long. */
export const RETRY: ComponentConfig = {
  enabled: true,
  initial_interval: '1s',
  max_interval: '30s',
  max_elapsed_time: '0s',
}

/** The extension behind all queues: a file for each exporter and signal. */
export const fileStorage = (directory: string): Components => ({
  [FILE_STORAGE]: {
    directory,
    create_directory: true,
    timeout: '10s',
    // A damaged file is put aside, instead of keeping the collector from starting.
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
