/** Serializes starts and stops on a machine. */
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

/** A link is created together with its content, so that a lock always names its holder. */
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

/** The process that holds the lock; undefined if it was released meanwhile. */
const holderOf = (file: string): number | undefined => {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const LOCK_FILE = `/run/${INSTANCE}.lock`

/** Waits for the lock, does the work, and releases the lock. The lock of a dead process is taken over. */
export const withLock = async <T>(work: () => Promise<T>, file = LOCK_FILE): Promise<T> => {
  for (let isReported = false; !take(file);) {
    const holder = holderOf(file)
    if (holder === undefined) continue
    if (holder === process.pid) throw new Error('this process is already starting or stopping the cluster')
    if (!isAlive(holder)) rmSync(file, { force: true })
    else if (!isReported) console.log(`  … waiting for process ${holder}, which is starting or stopping the cluster`)
    isReported = true
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
