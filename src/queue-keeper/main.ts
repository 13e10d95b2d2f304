/**
 * Runs once before a collector starts. Whatever it finds, the collector is to start: it never fails. A child process does the work: if a
 * file is so large or so damaged that it ends or hangs, the file is moved aside, and another child looks at the others.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { encodeQueueReport } from '../api/reports/queue-report.ts'
import { loadConfig } from '../process/config.ts'
import { createLog } from '../process/log.ts'
import type { QueueConfig } from './claims.ts'
import { claimsOf } from './claims.ts'
import { keepQueues } from './keep.ts'

const config = loadConfig('queue-keeper')
const log = createLog('odigos-queue-keeper', config.LOG_LEVEL)
/** One file of 512 MiB takes some seconds. */
const FILE_TIMEOUT_MS = 120_000
const MAX_CHILDREN = 20

const work = (onFile: (path: string) => void): void => {
  const claims = claimsOf(parse(readFileSync(config.COLLECTOR_CONFIG_FILE, 'utf8')) as QueueConfig)
  if (!existsSync(config.QUEUE_DIRECTORY)) return
  const { damaged, removed, failed } = keepQueues(config.QUEUE_DIRECTORY, claims, log, onFile)
  for (const queue of damaged) log.warn(queue, 'a damaged queue was moved aside, and what could be read was taken over')
  log.info({ claimed: claims.size, damaged: damaged.length, removed, failed }, 'the queues are in order')
  writeFileSync(config.TERMINATION_MESSAGE_PATH, encodeQueueReport(damaged))
}

/** Whether a child did all of the work; otherwise the file that it looked at is moved aside. */
const workInChild = async (): Promise<boolean> => {
  const child = fork(import.meta.filename, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let path: string | undefined
  let timer = setTimeout(() => child.kill('SIGKILL'), FILE_TIMEOUT_MS)
  child.on('message', (message: { path: string }) => {
    path = message.path
    clearTimeout(timer)
    timer = setTimeout(() => child.kill('SIGKILL'), FILE_TIMEOUT_MS)
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  clearTimeout(timer)
  if (code === 0) return true
  log.error({ code, path }, 'a queue could not be read, and is moved aside')
  if (path === undefined) return true
  renameSync(path, `${path}.damaged`)
  return false
}

const supervise = async (): Promise<void> => {
  for (let children = 0; children < MAX_CHILDREN; children += 1) if (await workInChild()) return
}

try {
  const send = process.send?.bind(process)
  if (send) work((path) => void send({ path }))
  else await supervise()
} catch (error) {
  log.error({ err: error }, 'the queues could not be looked at')
}
process.disconnect?.()
