/** Measures one service: start, memory at rest and under load, CPU per request, end. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Running } from '../../conformance/agents/program.ts'
import { start } from '../../conformance/agents/program.ts'
import { treeOf } from '../../zoo/harness/process-tree.ts'
import { processCost } from '../process-cost.ts'
import type { LoadResult } from './load.ts'

interface Command {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
}

/** A service in one variant; it prints `LISTENING <port>` when it serves. */
export interface Service extends Command {
  path: string
  /** The agent of a service that is in processes of its own; what they cost counts. */
  sidecar?: Command
}

export interface Measurement {
  startMs: number
  startCpuMs: number
  restMiB: number
  loadMiB: number
  cpuUs: number
  perSecond: number
  p99Ms: number
  endMs: number
}

const WARM_UP_SECONDS = 3
const SECONDS = 8
const CONNECTIONS = 32
const LIMIT_MS = 120_000
const REST_MS = 1_500

const run = promisify(execFile)

interface Started {
  program: Running
  port: number
  /** Milliseconds until the service listened. */
  startMs: number
  beside: Running | undefined
}

/** The port that the program prints. */
export const listening = async (program: Running): Promise<number> => {
  await program.printed('LISTENING')
  return Number(/LISTENING (\d+)/.exec(program.output())?.[1])
}

const load = async (port: number, path: string, seconds: number): Promise<LoadResult> => {
  const file = join(import.meta.dirname, 'load.ts')
  const { stdout } = await run(process.execPath, [file, String(port), path, String(CONNECTIONS), String(seconds)])
  return JSON.parse(stdout) as LoadResult
}

/** The service, and its sidecar when that has attached. */
const startBoth = async ({ command, args, env, sidecar }: Service): Promise<Started> => {
  // First, as in a pod.
  const beside = sidecar && start(sidecar.command, sidecar.args, { env: sidecar.env, limitMs: LIMIT_MS })
  const since = performance.now()
  const program = start(command, args, { env, limitMs: LIMIT_MS })
  const port = await listening(program)
  const startMs = performance.now() - since
  await beside?.printed('instrumentation loaded successfully')
  return { program, port, startMs, beside }
}

/** The sum of what all processes of the service cost: some servers work in those that they start. */
const costOf = ({ program, beside }: Started): ReturnType<typeof processCost> => {
  const costs = [program, ...(beside ? [beside] : [])].flatMap(({ pid }) => treeOf(pid)).map(processCost)
  const sum = (of: (cost: (typeof costs)[number]) => number): number => costs.reduce((all, cost) => all + of(cost), 0)
  return {
    cpuMs: sum((each) => each.cpuMs),
    rssMiB: sum((each) => each.rssMiB),
    peakMiB: sum((each) => each.peakMiB),
    anonymousMiB: sum((each) => each.anonymousMiB),
  }
}

export const measure = async (service: Service): Promise<Measurement> => {
  const { path } = service
  const started = await startBoth(service)
  const { program, port, startMs, beside } = started
  await fetch(`http://127.0.0.1:${port}${path}`)
  const { cpuMs: startCpuMs } = costOf(started)
  await sleep(REST_MS)
  const { rssMiB: restMiB } = costOf(started)
  await load(port, path, WARM_UP_SECONDS)
  const before = costOf(started)
  const { requests, perSecond, p99Ms, failures } = await load(port, path, SECONDS)
  const after = costOf(started)
  if (failures > 0) throw new Error(`${failures} of ${requests} requests failed`)
  const { tookMs: endMs } = await program.end()
  await beside?.end()
  return {
    startMs,
    startCpuMs,
    restMiB,
    loadMiB: after.peakMiB,
    cpuUs: ((after.cpuMs - before.cpuMs) * 1000) / requests,
    perSecond,
    p99Ms,
    endMs,
  }
}

/** Milliseconds from SIGTERM, soon after a request, to the end. */
export const measureEnd = async (service: Service): Promise<number> => {
  const { program, port, beside } = await startBoth(service)
  await fetch(`http://127.0.0.1:${port}${service.path}`)
  const { tookMs } = await program.end()
  await beside?.end()
  return tookMs
}
