/** What the machine must have for the cluster, checked before anything is changed; each refusal says what to do. */
import { existsSync } from 'node:fs'
import { mkdir, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { programDir } from '../toolchain/build.ts'
import {
  BUILD_PACKAGES,
  goProblem,
  installPackages,
  observeBuildMachine,
  platformProblem,
} from '../../tools/requirements.ts'
import type { BuildMachine, Packages } from '../../tools/requirements.ts'
import { RemedyError, CACHE_DIR } from '../../tools/step.ts'
import { DATA_DIR, NEEDED_DISK_BYTES } from './settings.ts'

/** What the cluster calls while it runs, starts and stops. */
const CLUSTER_PACKAGES: Packages = {
  runc: 'runc',
  '/usr/lib/cni/ptp': 'containernetworking-plugins',
  iptables: 'iptables',
  conntrack: 'conntrack',
  socat: 'socat',
  ethtool: 'ethtool',
  openssl: 'openssl',
  ip: 'iproute2',
  nsenter: 'util-linux',
  umount: 'mount',
  sysctl: 'procps',
}

export interface Disk {
  folder: string
  freeBytes: number
  neededBytes: number
}
export type Machine = BuildMachine & { disks: readonly Disk[] }

/** Why a cluster can be neither started, stopped nor looked at here, with the remedy, or nothing. */
export const userProblem = (platform: string, arch: string, userId: number): string | undefined =>
  platformProblem({ platform, arch }) ??
  (userId === 0
    ? undefined
    : 'The local cluster makes network and control-group settings, and so needs root. Run it again with sudo.')

/** Before anything else is done: what follows would fail with errors that do not say what to do. */
export const refuseUser = (): void => {
  const problem = userProblem(process.platform, process.arch, process.getuid?.() ?? -1)
  if (problem !== undefined) throw new RemedyError(problem)
}

const gigabytes = (bytes: number, digits: number): string => `${(bytes / 1e9).toFixed(digits)} GB`

/** The first thing that a start lacks and cannot install, with its remedy, or nothing. */
export const missingRequirement = ({ goVersion, disks }: Machine): string | undefined => {
  const go = goProblem(goVersion)
  if (go !== undefined) return go
  const full = disks.find(({ freeBytes, neededBytes }) => freeBytes < neededBytes)
  if (full === undefined) return undefined
  const remedy =
    full.folder === CACHE_DIR ? 'Free some, or set ODIGOS_CACHE to a folder on a larger disk.' : 'Free some there.'
  return `${gigabytes(full.neededBytes, 0)} of free disk are needed in ${full.folder}, there are ${gigabytes(full.freeBytes, 1)}. ${remedy}`
}

const observeDisk = async (folder: string, neededBytes: number): Promise<Disk> => {
  const { bavail, bsize } = await statfs(folder)
  return { folder, freeBytes: bavail * bsize, neededBytes }
}

const observeMachine = async (): Promise<Machine> => {
  await mkdir(CACHE_DIR, { recursive: true })
  const isBuilt = existsSync(programDir('cluster'))
  const disks = await Promise.all([
    observeDisk(CACHE_DIR, isBuilt ? NEEDED_DISK_BYTES.toRun : NEEDED_DISK_BYTES.toBuild),
    observeDisk(dirname(DATA_DIR), NEEDED_DISK_BYTES.toRun),
  ])
  return { ...(await observeBuildMachine()), disks }
}

/** Refuses a machine that cannot run the cluster, and installs the Debian packages that are missing. */
export const meetRequirements = async (): Promise<void> => {
  const missing = missingRequirement(await observeMachine())
  if (missing !== undefined) throw new RemedyError(missing)
  await installPackages({ ...BUILD_PACKAGES, ...CLUSTER_PACKAGES })
}
