/** Runs the actions of a reconcile so that each fails on its own. */
import { createHash } from 'node:crypto'
import { backoffMs } from '../../kube/http/backoff.ts'
import { isUnavailable, KubeError } from '../../kube/http/error.ts'
import { RETRY_MS } from '../../kube/work/controller.ts'
import type { BackoffLimits, ReconcileResult, RecordEvent } from '../../kube/types.ts'
import type { Log } from '../../process/log.ts'
import type { Metrics } from '../../process/metrics.ts'
import { counter } from '../../process/metrics.ts'
import type { Step } from './action.ts'

/** Consecutive refusals of an action, with the message of the latest. */
interface Failure {
  message: string
  count: number
  retryAtMs: number
  /** Hash of the action, which can hold secrets; a changed one is not held back. */
  fingerprint: string
}

export interface ActionRunnerOptions<A> {
  controller: string
  log: Log
  metrics?: Metrics | undefined
  record: RecordEvent
  /** Returns when to reconcile again where the action cannot be done yet, which is no failure. */
  act: (action: A) => Promise<ReconcileResult | void>
  stepOf: (action: A) => Step
  nowMs: () => number
  /** Delays between retries of a refused action. */
  retryMs?: BackoffLimits
  random?: () => number
}

/** Messages by the id of the action that was refused. */
export type Failures = ReadonlyMap<string, string>

export interface ActionRunner<A> {
  /**
   * Performs the actions that a reconcile of `key` returned, in order. Refused actions are retried with increasing
   * delays, and the others continue. Returns when to reconcile again: immediately where the result of `failures` has
   * changed, so that conditions follow. Throws where the API server is unavailable.
   */
  run: (key: string, actions: readonly A[]) => Promise<ReconcileResult>
  failures: (key: string) => Failures
  /** Forgets a key whose object is gone. */
  forget: (key: string) => void
}

/** One call can fail for a reason of its own; after the second the API server counts as unavailable. */
const MAX_UNAVAILABLE = 2

const NO_FAILURES: ReadonlyMap<string, Failure> = new Map()

const hashOf = (action: unknown): string => createHash('sha256').update(JSON.stringify(action)).digest('hex')

const wordsOf = (error: unknown): string =>
  error instanceof KubeError ? error.detail : error instanceof Error ? error.message : String(error)

const messagesOf = (failures: ReadonlyMap<string, Failure>): Map<string, string> =>
  new Map(Array.from(failures, ([id, { message }]) => [id, message]))

const isSame = (a: Failures, b: Failures): boolean =>
  a.size === b.size && [...a].every(([id, message]) => b.get(id) === message)

const createCounter = ({ controller, metrics }: Pick<ActionRunnerOptions<never>, 'controller' | 'metrics'>) => {
  const total =
    metrics &&
    counter(metrics, {
      name: 'odigos_act_total',
      help: 'Actions by controller, action and result: done, again (not possible yet), refused (the object), error (the API server).',
      labelNames: ['controller', 'do', 'result'],
    })
  return (verb: string, result: 'done' | 'again' | 'refused' | 'error'): void =>
    total?.inc({ controller, do: verb, result })
}

/** What became of an action: neither field where it was done. */
interface Outcome {
  failure?: Failure | undefined
  /** Time after which the action, which was neither done nor refused, may be possible. */
  againMs?: number
}

/** Performs one action. Throws where the API server is unavailable. */
const createAttempt = <A>(options: ActionRunnerOptions<A>) => {
  const { act, stepOf, log, record, nowMs, retryMs = RETRY_MS, random = Math.random } = options
  const count = createCounter(options)

  const refused = (step: Step, error: unknown, before: Failure | undefined): Omit<Failure, 'fingerprint'> => {
    const message = `${step.title}: ${wordsOf(error)}`
    const failures = (before?.count ?? 0) + 1
    const waitMs = backoffMs(retryMs, failures, random())
    log.warn({ action: step.id, err: error, failures, retryMs: waitMs }, 'an action was refused')
    if (message !== before?.message) record(step.about, { type: 'Warning', reason: 'ApplyFailed', message })
    return { message, count: failures, retryAtMs: nowMs() + waitMs }
  }

  return async (action: A, before: Failure | undefined): Promise<Outcome> => {
    const step = stepOf(action)
    const fingerprint = step.fingerprint ?? hashOf(action)
    if (before?.fingerprint === fingerprint && nowMs() < before.retryAtMs) return { failure: before }
    try {
      const again = await act(action)
      count(step.do, again ? 'again' : 'done')
      // An earlier refusal is neither confirmed nor withdrawn.
      return again ? { failure: before, againMs: again.againMs } : {}
    } catch (error) {
      count(step.do, isUnavailable(error) ? 'error' : 'refused')
      if (isUnavailable(error)) throw error
      return { failure: { ...refused(step, error, before), fingerprint } }
    }
  }
}

/** What became of the actions of one reconcile. */
interface Run {
  /** What was refused, by id. */
  failures: Map<string, Failure>
  /** Ids of what was not done, for whatever reason. */
  undone: Set<string>
  unavailable: unknown[]
  /** Times after which something may be possible. */
  againMs: number[]
  /** Whether what was refused differs from before. */
  hasNews: boolean
}

const isHeldBack = ({ requires, do: verb }: Step, { undone, hasNews }: Run): boolean =>
  (requires !== undefined && undone.has(requires)) ||
  // It was decided before the news; the next reconcile, which follows immediately, includes it.
  (verb === 'status' && hasNews)

const runOne = async (
  attempt: () => Promise<Outcome>,
  id: string,
  known: Failure | undefined,
  run: Run,
): Promise<void> => {
  try {
    const { failure, againMs } = await attempt()
    run.hasNews ||= failure?.message !== known?.message
    if (againMs !== undefined) run.againMs.push(againMs)
    if (failure) run.failures.set(id, failure)
    if (failure || againMs !== undefined) run.undone.add(id)
  } catch (error) {
    run.unavailable.push(error)
    run.undone.add(id)
    if (known) run.failures.set(id, known)
  }
}

/** Delay before the next attempt at what was not done; `undefined` where everything was done. */
const nextTryMs = ({ againMs, failures }: Run, nowMs: number): ReconcileResult => {
  const retriesMs = Array.from(failures.values(), ({ retryAtMs }) => retryAtMs - nowMs).filter((ms) => ms > 0)
  const delaysMs = [...againMs, ...retriesMs]
  if (delaysMs.length > 0) return { againMs: Math.min(...delaysMs) }
  return failures.size > 0 ? { againMs: 1 } : undefined
}

export const createActionRunner = <A>(options: ActionRunnerOptions<A>): ActionRunner<A> => {
  const { stepOf, nowMs } = options
  const attempt = createAttempt(options)
  const failuresByKey = new Map<string, ReadonlyMap<string, Failure>>()

  const keep = (key: string, failures: ReadonlyMap<string, Failure>): void => {
    if (failures.size > 0) failuresByKey.set(key, failures)
    else failuresByKey.delete(key)
  }

  /** Performs all actions that are possible. */
  const runAll = async (actions: readonly A[], before: ReadonlyMap<string, Failure>): Promise<Run> => {
    const run: Run = { failures: new Map(), undone: new Set(), unavailable: [], againMs: [], hasNews: false }
    for (const action of actions) {
      const step = stepOf(action)
      const known = before.get(step.id)
      if (isHeldBack(step, run)) run.undone.add(step.id)
      else await runOne(() => attempt(action, known), step.id, known, run)
      if (run.unavailable.length >= MAX_UNAVAILABLE) break
    }
    return run
  }

  return {
    run: async (key, actions) => {
      const before = failuresByKey.get(key) ?? NO_FAILURES
      const run = await runAll(actions, before)
      const { failures, unavailable } = run
      keep(key, unavailable.length > 0 ? new Map([...before, ...failures]) : failures)
      if (unavailable.length > 0) throw unavailable[0]
      return isSame(messagesOf(before), messagesOf(failures)) ? nextTryMs(run, nowMs()) : { againMs: 0 }
    },
    failures: (key) => messagesOf(failuresByKey.get(key) ?? NO_FAILURES),
    forget: (key) => void failuresByKey.delete(key),
  }
}
