import { readdirSync, readFileSync } from 'node:fs'

/** A thread may end between the listing and the reading. */
const readOr = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '0'
  }
}

/** Processor time that a process has used in all its threads, in ms, and its resident memory, in MiB. Linux. */
export const processCost = (pid: number): { cpuMs: number; rssMiB: number; peakMiB: number } => {
  const threads = readdirSync(`/proc/${pid}/task`)
  const ns = threads.map((thread) => Number(readOr(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]))
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mib = (field: string): number => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
  return { cpuMs: ns.reduce((sum, each) => sum + each, 0) / 1e6, rssMiB: mib('VmRSS'), peakMiB: mib('VmHWM') }
}
