/** Control groups: they identify all processes of the cluster, pods included, even after a crash. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { INSTANCE } from './settings.ts'

export interface Hierarchy {
  path: string
  version: 1 | 2
  controllers: readonly string[]
}

/** The control-group hierarchies in the text of `/proc/mounts`. */
export const parseHierarchies = (mounts: string): Hierarchy[] =>
  mounts.split('\n').flatMap((line): Hierarchy[] => {
    const [, path = '', type = '', options = ''] = line.split(' ')
    if (type === 'cgroup2') return [{ path, version: 2, controllers: [] }]
    return type === 'cgroup' ? [{ path, version: 1, controllers: options.split(',') }] : []
  })

const hierarchies = (): Hierarchy[] => parseHierarchies(readFileSync('/proc/mounts', 'utf8'))

/** The hierarchy that lists our processes: `pids` of version 1, or the one of version 2. */
const trackingPath = (): string => {
  const all = hierarchies()
  const found = all.find(({ controllers }) => controllers.includes('pids')) ?? all.find(({ version }) => version === 2)
  if (found === undefined) throw new Error('no control groups are mounted under /sys/fs/cgroup')
  return join(found.path, INSTANCE)
}

/** The control group of one of our daemons. */
export const daemonCgroup = (name: string): string => join(trackingPath(), 'daemons', name)

/** Creates our groups in every hierarchy: the kubelet requires the root of its pods to exist everywhere. */
export const makeCgroups = (): void => {
  const all = hierarchies()
  const unified = all.every(({ version }) => version === 2)
  for (const { path } of all) {
    mkdirSync(join(path, INSTANCE, 'pods'), { recursive: true })
    if (!unified) continue
    for (const parent of [path, join(path, INSTANCE)])
      for (const controller of readFileSync(join(parent, 'cgroup.controllers'), 'utf8').trim().split(' '))
        appendFileSync(join(parent, 'cgroup.subtree_control'), `+${controller}`)
  }
}

/** A folder and all below it, deepest first. */
const tree = (path: string): string[] => {
  try {
    const below = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    return [...below.flatMap((entry) => tree(join(path, entry.name))), path]
  } catch {
    return [] // removed meanwhile, or never created
  }
}

const ownGroups = (): string[] => hierarchies().flatMap(({ path }) => tree(join(path, INSTANCE)))

/** Process ids in one control group and all below it. */
export const processesIn = (path: string): number[] =>
  tree(path).flatMap((folder) => {
    try {
      return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
    } catch {
      return []
    }
  })

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // has ended
  }
}

/** Kills every process in our control groups, and waits until they are gone. */
export const killAll = async (): Promise<void> => {
  const deadline = performance.now() + 20_000
  const killed = new Set<number>()
  for (;;) {
    const pids = new Set(hierarchies().flatMap(({ path }) => processesIn(join(path, INSTANCE))))
    pids.delete(0) // of another pid namespace
    if (pids.size === 0) break
    if (performance.now() > deadline) throw new Error(`processes did not end: ${[...pids].join(' ')}`)
    for (const pid of pids) {
      kill(pid)
      killed.add(pid)
    }
    await sleep(50)
  }
  // The machine's first process reaps them eventually; this is no reason to fail.
  for (let attempt = 0; attempt < 60 && [...killed].some((pid) => existsSync(`/proc/${pid}`)); attempt++)
    await sleep(50)
}

/** Removes our groups; they must be empty. A group stays busy for a moment after its last process. */
export const removeCgroups = async (): Promise<void> => {
  for (let attempt = 0; attempt < 40; attempt++) {
    for (const folder of ownGroups())
      try {
        rmdirSync(folder)
      } catch {
        // retried
      }
    if (ownGroups().length === 0) return
    await sleep(50)
  }
  throw new Error(`control groups cannot be removed: ${ownGroups().join(' ')}`)
}
