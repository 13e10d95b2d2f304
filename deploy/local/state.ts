/** What is remembered of a cluster while it runs, and what makes two clusters the same. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { programDir } from '../toolchain/build.ts'
import { cniConfig, containerdConfig, kubeProxyConfig, kubeletConfig } from './configuration.ts'
import { daemons } from './daemons.ts'
import { dnsObjects } from './dns.ts'
import { stateFile } from './settings.ts'
import type { Before } from './traces.ts'

export type State = {
  readonly version: string
  /** Folder of the clone that started it. */
  readonly checkout: string
  readonly startedAt: string
  /** False while it starts. */
  readonly ready: boolean
  readonly before: Before
}

export const checkout = resolve(import.meta.dirname, '..', '..')

/** Changes with the programs, their arguments and their configuration, and with nothing else. */
export const clusterVersion = (): string => {
  const configuration = [containerdConfig('', ''), cniConfig(), kubeletConfig(), kubeProxyConfig(), dnsObjects('')]
  const parts = [programDir('cluster'), daemons.map(({ inNode, args }) => [inNode, args()]), configuration]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}

/** Nothing when no cluster was started, or it was stopped. */
export const readState = (): State | undefined => {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8')) as State
  } catch {
    return undefined
  }
}

export const writeState = (ready: boolean, before: Before): void => {
  const state: State = { version: clusterVersion(), checkout, startedAt: new Date().toISOString(), ready, before }
  writeFileSync(stateFile, JSON.stringify(state))
}
