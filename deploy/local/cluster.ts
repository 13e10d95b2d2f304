/** Starts, stops and inspects the local one-node cluster. A machine has only one, whichever checkout started it. */
import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { buildImages } from '../images/build.ts'
import { buildProgram, toolPath } from '../toolchain/build.ts'
import type { Tool } from '../toolchain/programs.ts'
import { isTrueWithin } from '../../tools/eventually.ts'
import { RemedyError, step } from '../../tools/step.ts'
import { bringUp, OWN_IMAGES } from './bring-up.ts'
import { killAll, removeCgroups } from './cgroups.ts'
import { daemonProcesses, DAEMONS } from './daemons.ts'
import { withLock } from './lock.ts'
import { isApiReady, PATIENCE_MS } from './ready.ts'
import { meetRequirements, refuseUser } from './requirements.ts'
import { DATA_DIR, KUBECONFIG, LOG_DIR, RUN_DIR, STATE_FILE } from './settings.ts'
import { CHECKOUT, clusterVersion, readState } from './state.ts'
import { removeNetwork, restore, unmountAll } from './traces.ts'

export interface Cluster {
  kubeconfig: string
  bin: (tool: Tool) => string
}
export interface StartOptions {
  /** Replace a cluster of another checkout or version, instead of refusing. Default: whether `CI` is `true`. */
  replace?: boolean
  /** Replace a cluster that was used before, if permitted: always for one of this checkout, others with `replace`. */
  fresh?: boolean
}
export type StartedCluster = Cluster & {
  /** Whether it was not running before. */
  isNew: boolean
}

const cluster: Cluster = { kubeconfig: KUBECONFIG, bin: toolPath }

export interface ClusterStatus {
  state: 'stopped' | 'running' | 'broken'
  version?: string
  checkout?: string
  startedAt?: string
  daemons: readonly { name: Tool; pids: readonly number[] }[]
}

/** What is running; `broken` is an incomplete cluster. The API server may be silent for `patience`. */
export const clusterStatus = async (patience = 0): Promise<ClusterStatus> => {
  refuseUser()
  const state = readState()
  const found = DAEMONS.map((daemon) => ({ name: daemon.tool, pids: daemonProcesses(daemon) }))
  if (state === undefined)
    return { state: found.some(({ pids }) => pids.length > 0) ? 'broken' : 'stopped', daemons: found }
  const { version, checkout: from, startedAt } = state
  const isWhole =
    state.ready && found.every(({ pids }) => pids.length > 0) && (await isTrueWithin(patience, isApiReady))
  return { state: isWhole ? 'running' : 'broken', version, checkout: from, startedAt, daemons: found }
}

/** Stops and removes everything that a start created, as far as it is left. */
const clear = async (): Promise<void> => {
  const before = readState()?.before
  await killAll()
  await unmountAll()
  await removeNetwork()
  await removeCgroups()
  if (before !== undefined) await restore(before)
  await rm(RUN_DIR, { recursive: true, force: true })
  const files = existsSync(DATA_DIR) ? readdirSync(DATA_DIR).map((file) => join(DATA_DIR, file)) : []
  for (const file of files)
    if (file !== LOG_DIR && file !== STATE_FILE) await rm(file, { recursive: true, force: true })
  await rm(KUBECONFIG, { force: true })
  // Last: as long as it exists, an interrupted stop is resumed.
  await rm(STATE_FILE, { force: true })
}

const refusal = ({ state, checkout: from, startedAt }: ClusterStatus): string => {
  const what = state === 'broken' ? 'A cluster that does not respond' : 'A cluster of another version'
  const who = from === undefined ? '' : `, started by ${from} at ${startedAt}`
  return (
    `${what} is running on this machine${who}.\n` +
    'Stop it (npm run stop), or replace it and delete its contents: npm run cluster -- start --replace'
  )
}

const isUsable = (status: ClusterStatus, version: string): boolean =>
  status.state === 'running' && status.version === version

const hasEnded = ({ daemons }: ClusterStatus): boolean => daemons.every(({ pids }) => pids.length === 0)

const isWorn = (status: ClusterStatus, fresh: boolean | undefined): boolean =>
  fresh === true || status.state === 'broken'

/** What a start does with an existing cluster; throws with the remedy if it must not be replaced without consent. */
export const decideStart = (
  status: ClusterStatus,
  version: string,
  { replace, fresh }: StartOptions,
): 'use' | 'start' | 'replace' => {
  if (status.state === 'stopped') return 'start'
  const isOurs = status.checkout === CHECKOUT
  const mayBeOld = !fresh || !(isOurs || replace)
  if (mayBeOld && isUsable(status, version)) return 'use'
  if (replace || hasEnded(status) || (isOurs && isWorn(status, fresh))) return 'replace'
  throw new RemedyError(refusal(status))
}

/** Starts the cluster unless it is running. Everything that it needs is installed, built and cached. */
export const startCluster = async (options: StartOptions = {}): Promise<StartedCluster> => {
  refuseUser()
  return withLock(async () => {
    const status = await clusterStatus(PATIENCE_MS)
    const replace = options.replace ?? process.env['CI'] === 'true'
    const decision = decideStart(status, clusterVersion(), { ...options, replace })
    if (decision === 'use') {
      if (status.checkout !== CHECKOUT) console.log(`  Using the cluster started by ${status.checkout}.`)
      await buildProgram('cluster') // it may have been built elsewhere
      return { ...cluster, isNew: false }
    }
    await meetRequirements()
    await buildProgram('cluster')
    const images = await buildImages(OWN_IMAGES)
    if (decision === 'replace') await step(`remove the previous cluster (${status.state})`, clear)
    await bringUp(images)
    return { ...cluster, isNew: true }
  })
}

/** Stops the cluster and removes everything that it created except its logs. Does nothing if there is none. */
export const stopCluster = async (): Promise<void> => {
  refuseUser()
  await withLock(clear)
}
