/** Starts, stops and looks at the local one-node cluster. There is one a machine, whichever checkout started it. */
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
  /** End a cluster that is not ours or of another version, instead of refusing. The default is whether `CI` is `true`. */
  replace?: boolean
  /** Use no cluster that somebody has used, where it may be ended: one of ours always may, others with `replace`. */
  fresh?: boolean
}
export type StartedCluster = Cluster & {
  /** Whether it did not run before. */
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

/** What runs now; `broken` is anything between a whole cluster and none. An API server may be silent for `patience`. */
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

/** Ends and removes everything that a start made, whatever is left of it. */
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
  // Last: as long as it is there, a stop that was cut off is taken up again.
  await rm(STATE_FILE, { force: true })
}

const refusal = ({ state, checkout: from, startedAt }: ClusterStatus): string => {
  const what = state === 'broken' ? 'A cluster that does not answer' : 'A cluster of another version'
  const who = from === undefined ? '' : `, started by ${from} at ${startedAt}`
  return (
    `${what} runs on this machine${who}.\n` +
    'Stop it (npm run stop), or replace it, with all that it holds: npm run cluster -- start --replace'
  )
}

const isUsable = (status: ClusterStatus, version: string): boolean =>
  status.state === 'running' && status.version === version

const hasEnded = ({ daemons }: ClusterStatus): boolean => daemons.every(({ pids }) => pids.length === 0)

const isWorn = (status: ClusterStatus, fresh: boolean | undefined): boolean =>
  fresh === true || status.state === 'broken'

/** What a start has to do about the cluster that is there; throws with the remedy where it must not be ended unasked. */
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

/** Brings up the cluster, or finds that it is up already. Everything it needs is installed, built and cached on the way. */
export const startCluster = async (options: StartOptions = {}): Promise<StartedCluster> => {
  refuseUser()
  return withLock(async () => {
    const status = await clusterStatus(PATIENCE_MS)
    const replace = options.replace ?? process.env['CI'] === 'true'
    const decision = decideStart(status, clusterVersion(), { ...options, replace })
    if (decision === 'use') {
      if (status.checkout !== CHECKOUT) console.log(`  Using the cluster that ${status.checkout} started.`)
      await buildProgram('cluster') // it may have been built elsewhere
      return { ...cluster, isNew: false }
    }
    await meetRequirements()
    await buildProgram('cluster')
    const images = await buildImages(OWN_IMAGES)
    if (decision === 'replace') await step(`remove the ${status.state} cluster of before`, clear)
    await bringUp(images)
    return { ...cluster, isNew: true }
  })
}

/** Stops the cluster and removes every trace of it but its logs; nothing to do is fine. */
export const stopCluster = async (): Promise<void> => {
  refuseUser()
  await withLock(clear)
}
