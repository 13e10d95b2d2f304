import { writeFileSync } from 'node:fs'
import type { ContainerDetection } from '../api/detector-protocol.ts'
import { loadConfig } from '../process/config.ts'
import { createLog } from '../process/log.ts'
import { detect } from './detect.ts'
import { createProcReader, listPids, readCgroup, readMountinfo } from './proc/proc.ts'
import { writeReport } from './report.ts'

const config = loadConfig('detector')
const log = createLog('odigos-detector', config.LOG_LEVEL)
const node = { pids: listPids, cgroup: readCgroup, mountinfo: readMountinfo, ...createProcReader() }
const results: ContainerDetection[][] = []

for (const containers of detect(config.TARGETS, node)) {
  results.push(containers)
  // Written after each target: if the next one hangs until the deadline, earlier results are not lost.
  writeFileSync(config.TERMINATION_MESSAGE_PATH, writeReport(results))
}

for (const [index, containers] of results.entries()) {
  for (const { name, reason, language, runtimeVersion, message } of containers) {
    const workload = config.TARGETS[index]?.key
    log.info({ workload, container: name, reason, language, runtimeVersion, message }, 'inspected')
  }
}
