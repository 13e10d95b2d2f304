/** What the machine must have, checked before anything is changed; each refusal says what to do. */
import { accessSync, constants } from 'node:fs'
import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { RemedyError, cacheDir, run, step } from '../toolchain/step.ts'
import { neededDiskBytes } from './settings.ts'

/** Programs that are not built here, and the Debian package of each. */
const packages: Readonly<Record<string, string>> = {
  runc: 'runc',
  '/usr/lib/cni/ptp': 'containernetworking-plugins',
  iptables: 'iptables',
  conntrack: 'conntrack',
  socat: 'socat',
  ethtool: 'ethtool',
  openssl: 'openssl',
  ip: 'iproute2',
  nsenter: 'util-linux',
  buildah: 'buildah',
  mmdebstrap: 'mmdebstrap',
  clang: 'clang',
  'llvm-strip': 'llvm',
  '/usr/include/bpf/bpf_helpers.h': 'libbpf-dev',
}

export type Machine = {
  readonly platform: string
  readonly arch: string
  readonly userId: number
  /** Answer of `go version`, if there is a Go. */
  readonly goVersion: string | undefined
  readonly freeBytes: number
}

const goProblem = (version: string | undefined): string | undefined => {
  if (version === undefined)
    return 'Kubernetes is built from source here, and there is no Go. Install Go 1.21 or newer (https://go.dev/dl) and put it on the PATH; newer toolchains are then fetched by Go itself.'
  const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(version) ?? []
  if (Number(major) === 1 && Number(minor) < 21)
    return `Go 1.21 or newer is needed, this is ${version.trim()}. Install a newer one from https://go.dev/dl`
  return undefined
}

/** The first thing that the machine lacks, with its remedy, or nothing. */
export const missingRequirement = (machine: Machine): string | undefined => {
  if (machine.platform !== 'linux' || machine.arch !== 'x64')
    return `The local cluster runs on Linux on x86-64, this is ${machine.platform} on ${machine.arch}. Use a cluster that you have: npm start -- --context NAME --registry NAME`
  if (machine.userId !== 0)
    return 'The local cluster makes network and control-group settings, and so needs root. Run it again with sudo.'
  const go = goProblem(machine.goVersion)
  if (go !== undefined) return go
  if (machine.freeBytes < neededDiskBytes)
    return `${(neededDiskBytes / 1e9).toFixed(0)} GB of free disk are needed in ${cacheDir}, there are ${(machine.freeBytes / 1e9).toFixed(1)} GB. Free some, or set ODIGOS_CACHE to a folder on a larger disk.`
  return undefined
}

const observeMachine = async (): Promise<Machine> => {
  await mkdir(cacheDir, { recursive: true })
  const disk = await statfs(cacheDir)
  return {
    platform: process.platform,
    arch: process.arch,
    userId: process.getuid?.() ?? -1,
    goVersion: await run('go', ['version']).catch(() => undefined),
    freeBytes: disk.bavail * disk.bsize,
  }
}

const isThere = (program: string): boolean => {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin']
  const candidates = program.startsWith('/') ? [program] : folders.map((folder) => join(folder, program))
  return candidates.some((candidate) => {
    try {
      accessSync(candidate, constants.R_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Installs the Debian packages of programs that are not there: program, or absolute path → package. */
export const installPackages = async (wanted: Readonly<Record<string, string>>): Promise<void> => {
  const missing = Object.entries(wanted).flatMap(([program, name]) => (isThere(program) ? [] : [name]))
  if (missing.length === 0) return
  if (!isThere('apt-get'))
    throw new RemedyError(
      `These programs are missing, and there is no apt-get to install them with: ${missing.join(', ')}`,
    )
  const log = join(cacheDir, 'log', 'apt.log')
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const wait = ['-o', 'DPkg::Lock::Timeout=300']
  await step(`install ${missing.join(' ')}`, async () => {
    await run('apt-get', [...wait, 'update'], { log, env })
    await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...missing], { log, env })
  })
}

/** Refuses a machine that cannot run the cluster, and installs the Debian packages that are missing. */
export const meetRequirements = async (): Promise<void> => {
  const missing = missingRequirement(await observeMachine())
  if (missing !== undefined) throw new RemedyError(missing)
  await installPackages(packages)
}
