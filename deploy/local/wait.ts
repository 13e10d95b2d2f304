/** Waits for a part of the cluster, and tells early when its daemon has ended. */
import { setTimeout as sleep } from 'node:timers/promises'
import { RemedyError } from '../../tools/step.ts'
import { logOf } from './configuration.ts'
import { daemonProcesses, DAEMONS } from './daemons.ts'

const TIMEOUT_MS = 120_000

/** Asks until the answer is yes; `daemon` is the program whose log explains a no. */
export const waitFor = async (what: string, isReady: () => Promise<boolean>, daemon: string): Promise<void> => {
  const deadline = performance.now() + TIMEOUT_MS
  await sleep(300)
  while (!(await isReady())) {
    const dead = DAEMONS.find(({ tool }) => tool === daemon)
    if (dead !== undefined && daemonProcesses(dead).length === 0)
      throw new RemedyError(`${daemon} ended while starting; why is in ${logOf(daemon)}`)
    if (performance.now() > deadline)
      throw new RemedyError(`${what} was not ready after ${TIMEOUT_MS / 1000} s; see ${logOf(daemon)}`)
    await sleep(300)
  }
}
