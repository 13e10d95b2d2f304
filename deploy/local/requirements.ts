/** Requirements of the cluster, checked before anything is changed; each error contains the remedy. */
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

/** Programs that the cluster calls while it starts, runs and stops. */
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

/** Why a cluster can be neither started, stopped nor inspected on this machine, with the remedy; undefined if it can. */
export const userProblem = (platform: string, arch: string, userId: number): string | undefined =>
  platformProblem({ platform, arch }) ??
  (userId === 0
    ? undefined
    : 'The local cluster changes network and control-group settings, which requires root. Run the command with sudo.')

/** Checked first: later steps would fail with errors that do not name the remedy. */
export const refuseUser = (): void => {
  const problem = userProblem(process.platform, process.arch, process.getuid?.() ?? -1)
  if (problem !== undefined) throw new RemedyError(problem)
}

const gigabytes = (bytes: number, digits: number): string => `${(bytes / 1e9).toFixed(digits)} GB`

/** The first missing requirement of a start that cannot be installed, with its remedy; undefined if there is none. */
export const missingRequirement = ({ goVersion, disks }: Machine): string | undefined => {
  const go = goProblem(goVersion)
  if (go !== undefined) return go
  const full = disks.find(({ freeBytes, neededBytes }) => freeBytes < neededBytes)
  if (full === undefined) return undefined
  const remedy =
    full.folder === CACHE_DIR ? 'Free up space, or set ODIGOS_CACHE to a folder on a larger disk.' : 'Free up space.'
  return `${gigabytes(full.neededBytes, 0)} of free disk space are required in ${full.folder}, but only ${gigabytes(full.freeBytes, 1)} are available. ${remedy}`
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

/** Rejects a machine that cannot run the cluster, and installs missing Debian packages. */
export const meetRequirements = async (): Promise<void> => {
  const missing = missingRequirement(await observeMachine())
  if (missing !== undefined) throw new RemedyError(missing)
  await installPackages({ ...BUILD_PACKAGES, ...CLUSTER_PACKAGES })
}
