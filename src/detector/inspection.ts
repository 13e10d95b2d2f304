/**
 * Inspects targets in a child process, which may hang: a read of a file on a mount without a server never ends, and cannot
 * be interrupted. What took too long is tried once more after all others.
 */
import type { ChildProcess } from 'node:child_process'
import type { ContainerDetection, DetectorTarget } from '../api/detector-protocol.ts'

/** What a child sends about each of its targets, by position in its list. */
export interface ChildMessage {
  target: number
  containers: ContainerDetection[]
}

export interface InspectionOptions {
  targets: readonly DetectorTarget[]
  /** Starts a child process that inspects the targets in their order, and sends a `ChildMessage` about each. */
  startChild: (targets: readonly DetectorTarget[]) => ChildProcess
  /** For one target: first, and when it is tried again. The detector pod as a whole has 60 s. */
  timeoutsMs: readonly [number, number]
  onResult: (target: number, containers: ContainerDetection[]) => void
}

type Positions = readonly number[]

const failed = ({ containers }: DetectorTarget, message: string): ContainerDetection[] =>
  containers.map(({ name }) => ({ name, reason: 'DetectionFailed', message, evidence: [] }))

/** A process that waits for a dead mount ends only when that is gone: nothing of ours may wait for it. */
const abandon = (child: ChildProcess): void => {
  child.removeAllListeners()
  child.kill('SIGKILL')
  if (child.connected) child.disconnect()
  child.stderr?.destroy()
  child.unref()
}

/** Runs one child until it has answered, hangs or ends. Returns how many of the targets it answered, and why no more. */
const runChild = (
  positions: Positions,
  timeoutMs: number,
  { targets, startChild, onResult }: InspectionOptions,
): Promise<{ answered: number; problem: string }> =>
  new Promise((resolve) => {
    const child = startChild(positions.map((position) => targets[position] as DetectorTarget))
    let answered = 0
    let timer: NodeJS.Timeout | undefined
    const end = (problem: string): void => {
      clearTimeout(timer)
      abandon(child)
      resolve({ answered, problem })
    }
    const hangs = (): void => end(`the inspection took longer than ${timeoutMs / 1000} s: a mount may not respond`)
    timer = setTimeout(hangs, timeoutMs)
    child.on('message', ({ target, containers }: ChildMessage) => {
      clearTimeout(timer)
      onResult(positions[target] as number, containers)
      answered += 1
      if (answered === positions.length) end('')
      else timer = setTimeout(hangs, timeoutMs)
    })
    child.on('error', (error) => end(error.message))
    child.on('exit', (code, signal) => {
      const ended = (): void => end(`the inspection ended with ${signal ?? `exit code ${code}`}`)
      // What it sent before may still be on its way.
      if (child.connected) child.once('disconnect', ended)
      else ended()
    })
  })

interface Slow {
  position: number
  problem: string
}

/** Returns the targets without an answer. Each child goes on after the one that the child before did not get past. */
const runAll = async (all: Positions, timeoutMs: number, options: InspectionOptions): Promise<Slow[]> => {
  const slow: Slow[] = []
  for (let pending = all; pending.length > 0;) {
    const { answered, problem } = await runChild(pending, timeoutMs, options)
    const position = pending[answered]
    if (position !== undefined) slow.push({ position, problem })
    pending = pending.slice(answered + 1)
  }
  return slow
}

/** Reports on every target, the slow ones last. */
export const inspectAll = async (options: InspectionOptions): Promise<void> => {
  const { targets, timeoutsMs, onResult } = options
  const slow = await runAll([...targets.keys()], timeoutsMs[0], options)
  // Known to the reader at once: if the second attempt outlasts the detector pod, they are not left out.
  for (const { position, problem } of slow) onResult(position, failed(targets[position] as DetectorTarget, problem))
  const remaining = slow.map(({ position }) => position)
  for (const position of remaining) {
    const [again] = await runAll([position], timeoutsMs[1], options)
    if (again) onResult(position, failed(targets[position] as DetectorTarget, again.problem))
  }
}
