/** Waits for a part of the cluster, and tells early when its daemon has ended. */
import { setTimeout as sleep } from 'node:timers/promises'
import { RemedyError } from '../../tools/step.ts'
import { logOf } from './configuration.ts'
import { daemonProcesses, daemons } from './daemons.ts'

const timeoutMs = 120_000

/** Asks until the answer is yes; `daemon` is the program whose log explains a no. */
export const waitFor = async (what: string, isReady: () => Promise<boolean>, daemon: string): Promise<void> => {
  const deadline = performance.now() + timeoutMs
  await sleep(300)
  while (!(await isReady())) {
    const dead = daemons.find(({ tool }) => tool === daemon)
    if (dead !== undefined && daemonProcesses(dead).length === 0)
      throw new RemedyError(`${daemon} ended while starting; why is in ${logOf(daemon)}`)
    if (performance.now() > deadline)
      throw new RemedyError(`${what} was not ready after ${timeoutMs / 1000} s; see ${logOf(daemon)}`)
    await sleep(300)
  }
}
