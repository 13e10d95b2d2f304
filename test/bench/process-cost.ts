import { readdirSync, readFileSync } from 'node:fs'

/** A thread may end between the listing and the reading. */
const readOr = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '0'
  }
}

export interface ProcessCost {
  /** Processor time of all its threads. */
  cpuMs: number
  /** Resident memory now, the most that there was, and what of now is no mapped file. */
  rssMiB: number
  peakMiB: number
  anonymousMiB: number
}

/** What a process has used. Linux. */
export const processCost = (pid: number): ProcessCost => {
  const threads = readdirSync(`/proc/${pid}/task`)
  const ns = threads.map((thread) => Number(readOr(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]))
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mib = (field: string): number => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
  const memory = { rssMiB: mib('VmRSS'), peakMiB: mib('VmHWM'), anonymousMiB: mib('RssAnon') }
  return { cpuMs: ns.reduce((sum, each) => sum + each, 0) / 1e6, ...memory }
}
