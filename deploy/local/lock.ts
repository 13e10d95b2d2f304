/** One start or stop at a time on a machine. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { instance } from './settings.ts'

const file = `/run/${instance}.lock`

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const take = (): number | undefined => {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return undefined
  } catch {
    return Number(readFileSync(file, 'utf8') || 0)
  }
}

/** Waits for the lock, does the work, and gives the lock back. The lock of a dead process is taken over. */
export const withLock = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let holder = take(), told = false; holder !== undefined; holder = take()) {
    if (holder === process.pid) throw new Error('the cluster is being started or stopped by this process already')
    if (holder !== 0 && !isAlive(holder)) rmSync(file, { force: true })
    else if (!told) console.log(`  … waiting for process ${holder}, which starts or stops the cluster`)
    told = true
    await sleep(500)
  }
  const release = (): void => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}
