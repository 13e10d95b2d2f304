import type { Disk } from '../../../src/collector/delivery/disk.ts'
import type { CollectorSettings } from '../../../src/controllers/autoscaler/collectors/collector-settings.ts'

/** Those of the chart. */
export const COLLECTOR_SETTINGS: CollectorSettings = {
  image: 'collector:1',
  keeperImage: 'control-plane:1',
  pullPolicy: 'IfNotPresent',
  gatewayQueueSize: '10Gi',
  nodeQueueSize: '2Gi',
  fsync: false,
  isInfrastructureAllowed: true,
}

/** Enough for every test. */
export const DISK: Disk = { bytes: 10 * 2 ** 30, fsync: false }
