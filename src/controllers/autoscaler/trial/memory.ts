import type { Destination } from '../../../api/kinds/destination.ts'
import type { Failures } from '../../actions/runner.ts'
import type { SecretsOptions } from '../secrets.ts'
import { readSecrets, secretValues } from '../secrets.ts'
import type { TrialPodView, Verdict } from './verdict.ts'
import { TRIAL_PREFIX, wordsOf } from './verdict.ts'

/** What is known of trials. */
export interface Trials {
  /** By the hash of the trial. */
  verdicts: ReadonlyMap<string, Verdict>
  pods: readonly TrialPodView[]
  /** Uids of pods that have said all that they can say. */
  spent: ReadonlySet<string>
}

/** A pod of which nothing is heard for so long does not run. */
const PATIENCE_MS = 60_000
/** As long as collectors in use may take (their startup probe). */
const START_LIMIT_MS = 120_000
/** A start can fail for reasons that pass, such as a node that is short of memory: one failure is chance. */
const FAILURES = 2
/** Longer than a search takes. */
const FAILED_FOR_MS = 1_800_000
const MAX_REMEMBERED = 500
/** Shorter ones stand in many words. */
const MIN_SECRET = 4

const REFUSED = new RegExp(`^apply Pod/.+/${TRIAL_PREFIX}([0-9a-f]+)$`)

/** Trials whose pods the API server refuses, by a quota or a policy for example. */
const refused = (failures: Failures): [string, Verdict][] =>
  [...failures].flatMap(([id, message]): [string, Verdict][] => {
    const hash = REFUSED.exec(id)?.[1]
    return hash === undefined ? [] : [[hash, { result: 'NotRun', message }]]
  })

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1)

/** A value of several lines can be quoted in parts, and with escapes. */
const partsOf = (value: string): string[] =>
  [value, ...value.split('\n')]
    .map((part) => part.trim())
    .filter((part) => part.length >= MIN_SECRET)
    .flatMap((part) => [part, escaped(part)])

/** The text without the values of a Secret. */
export const redactValues = (text: string, values: readonly string[]): string =>
  values
    .flatMap(partsOf)
    .toSorted((a, b) => b.length - a.length)
    .reduce((clean, part) => clean.replaceAll(part, '****'), text)

export interface TrialMemoryOptions extends SecretsOptions {
  nowMs: () => number
}

interface Remembered {
  verdict: Verdict
  atMs: number
  /** Uids of the pods that failed. */
  failed: ReadonlySet<string>
}

/** What a pod says now, with the time that it has taken. */
const currentVerdict = ({ verdict, createdMs, runningMs, isDeleting }: TrialPodView, nowMs: number): Verdict => {
  if (verdict.result !== 'Running' || isDeleting) return verdict
  if (runningMs !== undefined)
    return nowMs - runningMs > START_LIMIT_MS
      ? { result: 'Failed', message: `the collector was not ready within ${START_LIMIT_MS / 1000} seconds` }
      : verdict
  return nowMs - createdMs > PATIENCE_MS
    ? { result: 'NotRun', message: `the pod has not started within ${PATIENCE_MS / 1000} seconds` }
    : verdict
}

/** Remembers what pods of trials said, as these are deleted then; for the life of the process. */
export const createTrialMemory = ({ nowMs, ...options }: TrialMemoryOptions) => {
  const remembered = new Map<string, Remembered>()

  /** Without the values of the Secrets that Destinations name, which the collector may have quoted. */
  const redacted = async (text: string, destinations: readonly Destination[]): Promise<string> => {
    const secrets = await readSecrets(options, destinations)
    const values = [...secrets.values()].flatMap(secretValues).map(([, value]) => value)
    return redactValues(text, values)
  }

  const remember = async (pod: TrialPodView, destinations: readonly Destination[]): Promise<void> => {
    const { hash, uid } = pod
    const verdict = currentVerdict(pod, nowMs())
    const known = remembered.get(hash)
    if (verdict.result === 'Started') remembered.set(hash, { verdict, atMs: nowMs(), failed: new Set() })
    if (verdict.result !== 'Failed' || known?.verdict.result === 'Started' || known?.failed.has(uid)) return
    const failed = new Set([...(known?.failed ?? []), uid])
    const counted: Verdict =
      failed.size < FAILURES
        ? { result: 'Running' }
        : { result: 'Failed', message: wordsOf(await redacted(verdict.message, destinations)) }
    remembered.set(hash, { verdict: counted, atMs: nowMs(), failed })
  }

  const forget = (): void => {
    for (const [hash, { verdict, atMs }] of remembered) {
      const isOld = verdict.result !== 'Started' && nowMs() - atMs > FAILED_FOR_MS
      if (isOld || remembered.size > MAX_REMEMBERED) remembered.delete(hash)
    }
  }

  /** `pods` are those of trials that exist now, `failures` what the API server refuses. */
  return async (
    pods: readonly TrialPodView[],
    destinations: readonly Destination[],
    failures: Failures,
  ): Promise<Trials> => {
    // The verdicts of a search belong together.
    if (pods.length === 0) forget()
    for (const pod of pods) await remember(pod, destinations)
    const verdicts = new Map<string, Verdict>(refused(failures))
    for (const pod of pods) verdicts.set(pod.hash, currentVerdict(pod, nowMs()))
    const spent = new Set<string>()
    for (const [hash, { verdict, failed }] of remembered) {
      const isOpen = verdict.result === 'Running' && verdicts.get(hash)?.result === 'NotRun'
      if (!isOpen) verdicts.set(hash, verdict)
      for (const uid of failed) spent.add(uid)
    }
    return { verdicts, pods, spent }
  }
}
