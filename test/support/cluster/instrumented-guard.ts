/** Watches all InstrumentationConfigs, and what arrives at the trace backend, while tests run. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { readReceived, receivedBytes } from '../../../deploy/demo/backend.ts'
import { parseSpans } from '../../../deploy/demo/spans.ts'
import { KUBECONFIG } from '../../../deploy/local/settings.ts'
import { kubectl } from './demo.ts'
import type { WorkloadName } from './unproven.ts'
import { unproven, workloadsOf } from './unproven.ts'

const FIELDS = ['.metadata.namespace', '.spec.workload.name', '.status.state']
const TEMPLATE = `${FIELDS.map((field) => `{${field}}`).join('{" "}')}{"\\n"}`
/** Spans of a backend that is replaced are lost. */
const READ_MS = 10_000

/** Calls `onState` for each InstrumentationConfig and each change of one; the function stops that. */
const watchStates = (onState: (name: WorkloadName, state: string) => void): (() => void) => {
  let child: ChildProcess | undefined
  let isStopped = false
  const start = (): void => {
    const args = ['get', 'instrumentationconfigs', '-A', '--watch', '-o', `jsonpath=${TEMPLATE}`]
    const env = { ...process.env, KUBECONFIG: process.env['KUBECONFIG'] || KUBECONFIG }
    const started = spawn(kubectl.program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
    child = started
    createInterface({ input: started.stdout }).on('line', (line) => {
      // kubectl aligns the columns.
      const [namespace, name, state = ''] = line.split(/\s+/)
      onState(`${namespace}/${name}`, state)
    })
    started.on('close', () => void (isStopped || setTimeout(start, 1000)))
  }
  start()
  return () => {
    isStopped = true
    child?.kill()
  }
}

/** Reads what the backend has received since the last time, and of a new backend all. */
const spanReader = (onSpans: (lines: readonly string[]) => void): (() => Promise<void>) => {
  let offset = 0
  return async () => {
    if ((await receivedBytes(kubectl)) < offset) offset = 0
    const received = await readReceived(kubectl, offset)
    offset = received.offset
    onSpans(received.lines)
  }
}

export interface InstrumentedGuard {
  /** The workloads that have been shown as instrumented. */
  shown: () => WorkloadName[]
  /** What is wrong with them so far. */
  problems: () => Promise<string[]>
  stop: () => void
}

export const startInstrumentedGuard = (): InstrumentedGuard => {
  const shown = new Map<WorkloadName, number>()
  const spansSince = new Map<WorkloadName, number>()
  const stopStates = watchStates((name, state) => {
    if (state === 'Instrumented' && !shown.has(name)) shown.set(name, Date.now())
  })
  const read = spanReader((lines) => {
    for (const span of parseSpans(lines))
      for (const name of workloadsOf(span))
        spansSince.set(name, Math.min(span.startMs, spansSince.get(name) ?? span.startMs))
  })
  // One after the other; a backend that is down is read the next time.
  let reading = Promise.resolve()
  const readNext = (): Promise<void> => (reading = reading.then(read).catch(() => undefined))
  const timer = setInterval(() => void readNext(), READ_MS)
  return {
    shown: () => [...shown.keys()],
    problems: async () => {
      await readNext()
      return unproven(shown, spansSince)
    },
    stop: () => {
      clearInterval(timer)
      stopStates()
    },
  }
}
