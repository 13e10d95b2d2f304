/** Waits for a part of the cluster, and fails early when its daemon has ended. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isTrueWithin } from '../../tools/eventually.ts'
import { RemedyError } from '../../tools/step.ts'
import { logOf } from './configuration.ts'
import { DAEMONS, daemonProcesses } from './daemons.ts'

const TIMEOUT_MS = 120_000
const INTERVAL_MS = 300

const hasEnded = (daemon: string): boolean => {
  const found = DAEMONS.find(({ tool }) => tool === daemon)
  return found !== undefined && daemonProcesses(found).length === 0
}

/** Checks until the part is ready; `daemon` is the program whose log explains why it is not. */
export const waitFor = async (what: string, isReady: () => Promise<boolean>, daemon: string): Promise<void> => {
  await sleep(INTERVAL_MS)
  const isReadyOrLost = async (): Promise<boolean> => {
    if (await isReady()) return true
    if (hasEnded(daemon)) throw new RemedyError(`${daemon} exited while starting; see ${logOf(daemon)}`)
    return false
  }
  if (!(await isTrueWithin(TIMEOUT_MS, isReadyOrLost, INTERVAL_MS)))
    throw new RemedyError(`${what} was not ready after ${TIMEOUT_MS / 1000} s; see ${logOf(daemon)}`)
}
