/** No process reads or writes our kinds before their CustomResourceDefinitions are of its release. */
import { crdName } from '../../api/crd.ts'
import { KINDS } from '../../api/kinds/index.ts'
import { createBackoff, sleep } from '../http/backoff.ts'
import type { KubeClient } from '../types.ts'
import type { CrdVerdict, WantedCrd } from './judge-crds.ts'
import { judgeCrds } from './judge-crds.ts'
import type { ReadCrd } from './read-crds.ts'
import { readCrds } from './read-crds.ts'

export interface AwaitCrdsOptions {
  client: KubeClient
  log: { info: (fields: object, message: string) => void; warn: (message: string) => void }
  signal: AbortSignal
  /** Default: all of ours, of this release or a newer one. */
  wanted?: readonly WantedCrd[]
  /** Applies those of the names, which were `found`; without it, that is left to the instrumentor. */
  apply?: (names: readonly string[], found: readonly ReadCrd[]) => Promise<void>
  /** Called once where another product has definitions of our API group. */
  onForeign?: (message: string) => void
  backoffMs?: { min: number; max: number }
}

export interface CrdsWait {
  /** Settles with true when the definitions are in place, with false at the abort. */
  inPlace: Promise<boolean>
  /** Why they are not, for readiness; undefined when they are. */
  problem: () => string | undefined
}

const BACKOFF = { min: 200, max: 5_000 }
const LEFT_TO_THE_INSTRUMENTOR = 'the instrumentor applies them; is odigos-instrumentor running?'

const ownCrds = (): WantedCrd[] => KINDS.map((kind) => ({ name: crdName(kind) }))

const textOf = (verdict: Exclude<CrdVerdict, { do: 'go' }>, isApplied: boolean): string =>
  verdict.do === 'apply' && !isApplied ? `${verdict.message}: ${LEFT_TO_THE_INSTRUMENTOR}` : verdict.message

const look = async (options: AwaitCrdsOptions, wanted: readonly WantedCrd[]): Promise<CrdVerdict> => {
  const names = wanted.map(({ name }) => name)
  const found = await readCrds(options.client, names)
  const verdict = judgeCrds(found, wanted)
  if (verdict.do === 'apply') await options.apply?.(verdict.names, found)
  return verdict
}

/** Reads the definitions until they are in place, or until the signal is aborted. What is in the way is logged once. */
export const awaitCrds = (options: AwaitCrdsOptions): CrdsWait => {
  const { log, signal, wanted = ownCrds() } = options
  const backoff = createBackoff(options.backoffMs ?? BACKOFF)
  let problem: string | undefined = 'the CustomResourceDefinitions are not read yet'

  const report = (text: string): void => {
    if (text !== problem) log.warn(text)
    problem = text
  }
  const isInPlace = async (): Promise<boolean> => {
    const verdict = await look(options, wanted)
    if (verdict.do === 'go') {
      if (verdict.newer.length > 0)
        log.info({ names: verdict.newer }, 'CustomResourceDefinitions of a newer release are left as they are')
      problem = undefined
      return true
    }
    const text = textOf(verdict, options.apply !== undefined)
    if (verdict.do === 'refuse' && text !== problem) options.onForeign?.(text)
    report(text)
    return false
  }
  const run = async (): Promise<boolean> => {
    while (!signal.aborted) {
      try {
        if (await isInPlace()) return true
      } catch (error) {
        if (!signal.aborted) report(`the CustomResourceDefinitions cannot be read or applied: ${String(error)}`)
      }
      await sleep(backoff.next(), signal)
    }
    return false
  }
  return { inPlace: run(), problem: () => problem }
}

/** A client for informers that must not start before `open` settles: their calls wait for it. */
export const clientAfter = (client: KubeClient, open: Promise<unknown>): KubeClient => ({
  ...client,
  request: async (...call) => {
    await open
    return client.request(...call)
  },
  stream: async (...call) => {
    await open
    return client.stream(...call)
  },
})
