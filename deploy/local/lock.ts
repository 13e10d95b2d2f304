/** One start or stop at a time on a machine. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { INSTANCE } from './settings.ts'

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** A link appears with its content, so that nobody reads a lock whose holder is not written yet. */
const take = (file: string): boolean => {
  const own = `${file}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

/** The process that has the lock; nothing when it gave it back meanwhile. */
const holderOf = (file: string): number | undefined => {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const LOCK_FILE = `/run/${INSTANCE}.lock`

/** Waits for the lock, does the work, and gives the lock back. The lock of a dead process is taken over. */
export const withLock = async <T>(work: () => Promise<T>, file = LOCK_FILE): Promise<T> => {
  for (let told = false; !take(file);) {
    const holder = holderOf(file)
    if (holder === undefined) continue
    if (holder === process.pid) throw new Error('the cluster is being started or stopped by this process already')
    if (!isAlive(holder)) rmSync(file, { force: true })
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
