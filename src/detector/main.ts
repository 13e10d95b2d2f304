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
const answers: ContainerDetection[][] = []

for (const containers of detect(config.TARGETS, node)) {
  answers.push(containers)
  // Written after each target: should the next one hang until the deadline, what is known so far is not lost.
  writeFileSync(config.TERMINATION_MESSAGE_PATH, writeReport(answers))
}

for (const [index, containers] of answers.entries()) {
  for (const { name, reason, language, runtimeVersion, message } of containers) {
    const workload = config.TARGETS[index]?.key
    log.info({ workload, container: name, reason, language, runtimeVersion, message }, 'looked at')
  }
}
