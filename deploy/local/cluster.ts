/** Starts, stops and looks at the local one-node cluster. There is one a machine, whichever checkout started it. */
import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { buildImages } from '../images/build.ts'
import { buildProgram, toolPath } from '../toolchain/build.ts'
import type { Tool } from '../toolchain/programs.ts'
import { RemedyError, step } from '../toolchain/step.ts'
import { bringUp, ownImages } from './bring-up.ts'
import { killAll, removeCgroups } from './cgroups.ts'
import { daemonProcesses, daemons } from './daemons.ts'
import { withLock } from './lock.ts'
import { isApiReady } from './ready.ts'
import { meetRequirements } from './requirements.ts'
import { dataDir, kubeconfig, logDir, runDir, stateFile } from './settings.ts'
import { checkout, clusterVersion, readState } from './state.ts'
import { removeNetwork, restore, unmountAll } from './traces.ts'

export type Cluster = { readonly kubeconfig: string; readonly bin: (tool: Tool) => string }
export type StartOptions = {
  /** Stop a cluster of another version instead of refusing. The default is whether `CI` is `true`. */
  readonly replace?: boolean
}

const cluster: Cluster = { kubeconfig, bin: toolPath }

export type ClusterStatus = {
  readonly state: 'stopped' | 'running' | 'broken'
  readonly version?: string
  readonly checkout?: string
  readonly startedAt?: string
  readonly daemons: readonly { readonly name: Tool; readonly pids: readonly number[] }[]
}

/** What runs now; `broken` is anything between a whole cluster and none. */
export const clusterStatus = async (): Promise<ClusterStatus> => {
  const state = readState()
  const found = daemons.map((daemon) => ({ name: daemon.tool, pids: daemonProcesses(daemon) }))
  if (state === undefined)
    return { state: found.some(({ pids }) => pids.length > 0) ? 'broken' : 'stopped', daemons: found }
  const { version, checkout: from, startedAt } = state
  const isWhole = state.ready && found.every(({ pids }) => pids.length > 0) && (await isApiReady())
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
  await rm(runDir, { recursive: true, force: true })
  const files = existsSync(dataDir) ? readdirSync(dataDir).map((file) => join(dataDir, file)) : []
  for (const file of files) if (file !== logDir && file !== stateFile) await rm(file, { recursive: true, force: true })
  await rm(kubeconfig, { force: true })
  // Last: as long as it is there, a stop that was cut off is taken up again.
  await rm(stateFile, { force: true })
}

/** Whether the running cluster can be used as it is; throws with the remedy when it must not be replaced. */
export const canReuse = (status: ClusterStatus, version: string, replace: boolean): boolean => {
  if (status.state !== 'running') return false
  if (status.version === version) return true
  if (replace) return false
  throw new RemedyError(
    `A cluster of another version runs on this machine, started by ${status.checkout} at ${status.startedAt}.\n` +
      'Stop it there (npm run stop), or replace it, with all that it holds: npm run cluster -- start --replace',
  )
}

/** Brings up the cluster, or finds that it is up already. Everything it needs is installed, built and cached on the way. */
export const startCluster = async (options: StartOptions = {}): Promise<Cluster> =>
  withLock(async () => {
    const status = await clusterStatus()
    if (canReuse(status, clusterVersion(), options.replace ?? process.env['CI'] === 'true')) {
      if (status.checkout !== checkout) console.log(`  Using the cluster that ${status.checkout} started.`)
      await buildProgram('cluster') // it may have been built elsewhere
      return cluster
    }
    await meetRequirements()
    await buildProgram('cluster')
    const images = await buildImages(ownImages)
    if (status.state !== 'stopped') await step(`remove the ${status.state} cluster of before`, clear)
    await bringUp(images)
    return cluster
  })

/** Stops the cluster and removes every trace of it but its logs; nothing to do is fine. */
export const stopCluster = async (): Promise<void> => withLock(clear)
