import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import type { ContainerDetection } from '../api/detector-protocol.ts'
import { TARGETS_VARIABLE } from '../api/detector-protocol.ts'
import { loadConfig } from '../process/config.ts'
import { createLog } from '../process/log.ts'
import { detect } from './detect.ts'
import type { ChildMessage } from './inspection.ts'
import { inspectAll } from './inspection.ts'
import { createProcReader, listPids, readCgroup, readMountinfo, readProportionalKiB } from './proc/proc.ts'
import { writeReport } from './report.ts'

const config = loadConfig('detector')
/** One pod has 60 s. */
const TIMEOUTS_MS = [6_000, 12_000] as const

const inspect = (send: (message: ChildMessage) => void): void => {
  const node = {
    pids: listPids,
    cgroup: readCgroup,
    mountinfo: readMountinfo,
    proportionalKiB: readProportionalKiB,
    ...createProcReader(),
  }
  let target = 0
  for (const containers of detect(config.TARGETS, node)) send({ target: target++, containers })
}

const supervise = async (): Promise<void> => {
  const log = createLog('odigos-detector', config.LOG_LEVEL)
  const results: (ContainerDetection[] | undefined)[] = []
  await inspectAll({
    targets: config.TARGETS,
    timeoutsMs: TIMEOUTS_MS,
    startChild: (targets) => {
      const env = { [TARGETS_VARIABLE]: JSON.stringify(targets), LOG_LEVEL: config.LOG_LEVEL }
      const child = fork(import.meta.filename, { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
      child.stderr?.on('data', (text: Buffer) => process.stderr.write(text))
      return child
    },
    onResult: (target, containers) => {
      results[target] = containers
      // Written after each target: whatever ends this process, earlier results are not lost.
      writeFileSync(config.TERMINATION_MESSAGE_PATH, writeReport(results))
    },
  })
  for (const [index, containers] of results.entries()) {
    for (const { name, reason, language, runtimeVersion, message } of containers ?? []) {
      const workload = config.TARGETS[index]?.key
      log.info({ workload, container: name, reason, language, runtimeVersion, message }, 'inspected')
    }
  }
}

const send = process.send?.bind(process)
if (send) inspect((message) => send(message))
else await supervise()
