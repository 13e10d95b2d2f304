/** Runs an entry once: starts it, asks it, ends it. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import { isTrueWithin } from '../../../tools/eventually.ts'
import { run } from '../../../tools/step.ts'
import type { Options, Outcome, Running } from '../../conformance/agents/program.ts'
import { start } from '../../conformance/agents/program.ts'
import { sendSignal } from '../../support/send-signal.ts'
import type { Answer, Behaviour } from './compare.ts'
import type { Entry, Request } from '../../../tools/zoo/entry.ts'
import type { Environment } from './injected.ts'
import type { Installed } from './install.ts'
import { filled } from './install.ts'
import { detectionOf, memoryOf, treeOf } from './process-tree.ts'

export interface Run extends Behaviour {
  /** Milliseconds until the first answer, or until the end of a program without requests. */
  startMs: number
  memoryMiB: number
  /** What the detector says of its processes; undefined for a program without requests. */
  detection: ContainerDetection | undefined
}

/** The caller's span of a request: the same in both runs. */
export const callerOf = (entry: Entry, index: number): { traceId: string; spanId: string } => {
  const digest = createHash('sha256').update(`${entry.id} ${index}`).digest('hex')
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) }
}

/** Requests before the first one: they have no caller. */
const awaitReady = async ({ ready, limitMs }: Entry, url: string, program: Running): Promise<void> => {
  if (ready === undefined) return
  let hasEnded = false
  void program.outcome.finally(() => (hasEnded = true))
  const isReady = async (): Promise<boolean> => {
    if (hasEnded) throw new Error(`it ended early: ${JSON.stringify(await program.outcome)}`)
    const response = await fetch(`${url}${ready}`).catch(() => undefined)
    await response?.arrayBuffer()
    return response?.status === 200
  }
  if (!(await isTrueWithin(limitMs, isReady, 200))) throw new Error(`${ready} is never answered with 200`)
}

const ask = async (url: string, request: Request, traceparent: string): Promise<Answer> => {
  const response = await fetch(`${url}${request.path}`, {
    method: request.method,
    headers: { ...request.headers, traceparent },
    redirect: 'manual',
    ...(request.body === undefined ? {} : { body: request.body }),
  })
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
}

/** The first request waits for the application to listen: connections before that are refused, and leave no trace. */
const firstAnswer = async (action: () => Promise<Answer>, program: Running, limitMs: number): Promise<Answer> => {
  let hasEnded = false
  void program.outcome.finally(() => (hasEnded = true))
  const deadline = Date.now() + limitMs
  for (;;) {
    const result = await action().catch((error: unknown) => error as Error)
    if (!(result instanceof Error)) return result
    if (hasEnded) throw new Error(`it ended early: ${JSON.stringify(await program.outcome)}`)
    if (Date.now() > deadline) throw new Error('it does not answer', { cause: result })
    await sleep(20)
  }
}

const askAll = async (entry: Entry, url: string, program: Running): Promise<{ answers: Answer[]; startMs: number }> => {
  const since = performance.now()
  const answers: Answer[] = []
  let startMs = 0
  for (const [index, request] of entry.requests.entries()) {
    const { traceId, spanId } = callerOf(entry, index)
    const action = (): Promise<Answer> => ask(url, request, `00-${traceId}-${spanId}-01`)
    answers.push(index === 0 ? await firstAnswer(action, program, entry.limitMs) : await action())
    if (index === 0) startMs = performance.now() - since
  }
  return { answers, startMs }
}

/** Ends it as a kubelet does: the signal, then a limit. Nothing of it is left behind. */
const endAll = async (entry: Entry, program: Running): Promise<Outcome> => {
  const tree = treeOf(program.pid)
  const limit = setTimeout(() => tree.forEach((pid) => sendSignal(pid, 'SIGKILL')), 20_000)
  try {
    return await program.end(entry.signal)
  } finally {
    clearTimeout(limit)
    tree.forEach((pid) => sendSignal(pid, 'SIGKILL'))
  }
}

export interface RunOptions {
  installed: Installed
  port: number
  /** Environment besides that of the entry. */
  env: Environment
  /** How its program is started; by default beside the tests. */
  begin?: (command: string, args: readonly string[], options: Options) => Running | Promise<Running>
  /** Resolves when the program may be asked. */
  beforeRequests?: () => Promise<unknown>
  /** Resolves when the program may be ended, after its requests are answered. */
  beforeEnd?: () => Promise<unknown>
}

/** Runs it with this environment. Rejects where it never answers. */
export const runEntry = async (entry: Entry, options: RunOptions): Promise<Run> => {
  const { installed, port, env, begin = start, beforeRequests, beforeEnd } = options
  const { folder, path } = installed
  const values = { ...installed.values, port: String(port) }
  for (const [command = '', ...args] of entry.prepare.map((each) => filled(each, values))) {
    await run(command, args, { cwd: folder, env: { PATH: path, ...entry.env } })
  }
  const [command = '', ...args] = filled(entry.start, values)
  const since = performance.now()
  const program = await begin(command, args, { cwd: folder, env: { PATH: path, ...env }, limitMs: 2 * entry.limitMs })
  if (entry.requests.length === 0) {
    const outcome = await program.outcome
    return { ...outcome, answers: [], startMs: performance.now() - since, memoryMiB: 0, detection: undefined }
  }
  try {
    await awaitReady(entry, `http://127.0.0.1:${port}`, program)
    await beforeRequests?.()
    const asked = await askAll(entry, `http://127.0.0.1:${port}`, program)
    const seen = { memoryMiB: memoryOf(program.pid), detection: detectionOf(program.pid) }
    await beforeEnd?.()
    return { ...(await endAll(entry, program)), ...asked, ...seen }
  } finally {
    await endAll(entry, program)
  }
}
