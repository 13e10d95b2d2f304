/** The recorded state of a running cluster, and the version that identifies equal clusters. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { programDir } from '../toolchain/build.ts'
import { cniConfig, containerdConfig, kubeProxyConfig, kubeletConfig } from './configuration.ts'
import { DAEMONS } from './daemons.ts'
import { dnsObjects } from './dns.ts'
import { STATE_FILE } from './settings.ts'
import type { Before } from './traces.ts'

export interface State {
  version: string
  /** Folder of the clone that started it. */
  checkout: string
  startedAt: string
  /** False while it is starting. */
  ready: boolean
  before: Before
}

export const CHECKOUT = resolve(import.meta.dirname, '..', '..')

/** Changes only with the programs, their arguments and their configuration. */
export const clusterVersion = (): string => {
  const configuration = [containerdConfig('', ''), cniConfig(), kubeletConfig(), kubeProxyConfig(), dnsObjects('')]
  const parts = [programDir('cluster'), DAEMONS.map(({ inNode, args }) => [inNode, args()]), configuration]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}

/** Undefined if no cluster was started, or it was stopped. */
export const readState = (): State | undefined => {
  try {
    return JSON.parse(readFileSync(STATE_FILE, 'utf8')) as State
  } catch {
    return undefined
  }
}

export const writeState = (ready: boolean, before: Before): void => {
  const state: State = {
    version: clusterVersion(),
    checkout: CHECKOUT,
    startedAt: new Date().toISOString(),
    ready,
    before,
  }
  writeFileSync(STATE_FILE, JSON.stringify(state))
}
