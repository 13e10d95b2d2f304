/** Requirements of a machine that builds programs and images; each error contains the remedy. */
import { accessSync, constants } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RemedyError, CACHE_DIR, run, step } from './step.ts'

/** Program, or absolute path of a file → the Debian package that contains it. */
export type Packages = Readonly<Record<string, string>>

/** Programs that the builds call, besides Node.js, npm, git and Go. */
export const BUILD_PACKAGES: Packages = {
  buildah: 'buildah',
  mmdebstrap: 'mmdebstrap',
  clang: 'clang',
  'llvm-strip': 'llvm',
  '/usr/include/bpf/bpf_helpers.h': 'libbpf-dev',
  javac: 'openjdk-17-jdk-headless',
  mvn: 'maven',
  python3: 'python3',
  pip3: 'python3-pip',
  '/etc/ssl/certs/ca-certificates.crt': 'ca-certificates',
}

export interface BuildMachine {
  platform: string
  arch: string
  /** Output of `go version`, if Go is installed. */
  goVersion: string | undefined
}

export const observeBuildMachine = async (): Promise<BuildMachine> => ({
  platform: process.platform,
  arch: process.arch,
  goVersion: await run('go', ['version']).catch(() => undefined),
})

/** Why this machine cannot build for Linux on x86-64, with the remedy; undefined if it can. */
export const platformProblem = ({ platform, arch }: Omit<BuildMachine, 'goVersion'>): string | undefined =>
  platform === 'linux' && arch === 'x64'
    ? undefined
    : `The local cluster and the images require Linux on x86-64, but this machine runs ${platform} on ${arch}. Build and push the images on a suitable machine (npm run images -- --registry NAME --push), and use an existing cluster: npm start -- --context NAME --registry NAME`

/** Why Go cannot build the programs, with the remedy; undefined if it can. */
export const goProblem = (version: string | undefined): string | undefined => {
  if (version === undefined)
    return 'Go is required to build Kubernetes, the collector and other programs from source, but is not installed. Install Go 1.21 or later (https://go.dev/dl) and add it to the PATH; Go downloads newer toolchains itself.'
  const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(version) ?? []
  if (Number(major) === 1 && Number(minor) < 21)
    return `Go 1.21 or later is required, but this is ${version.trim()}. Install a later version from https://go.dev/dl`
  return undefined
}

/** Whether a program is on the PATH or in a system folder, or a file exists at its absolute path. */
export const isInstalled = (program: string): boolean => {
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

/** Why missing packages cannot be installed, with the remedy; undefined if they can. */
export const installProblem = (missing: readonly string[], hasApt: boolean, userId: number): string | undefined => {
  if (!hasApt)
    return `Programs are missing, and apt-get is not available to install them. Their Debian packages are: ${missing.join(' ')}`
  if (userId !== 0) return `Debian packages are missing. Install them: sudo apt-get install ${missing.join(' ')}`
  return undefined
}

/** Installs the Debian packages of missing programs. */
export const installPackages = async (required: Packages): Promise<void> => {
  const missing = Object.entries(required).flatMap(([program, name]) => (isInstalled(program) ? [] : [name]))
  if (missing.length === 0) return
  const problem = installProblem(missing, isInstalled('apt-get'), process.getuid?.() ?? -1)
  if (problem !== undefined) throw new RemedyError(problem)
  const log = join(CACHE_DIR, 'log', 'apt.log')
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const wait = ['-o', 'DPkg::Lock::Timeout=300']
  await step(`install ${missing.join(' ')}`, async () => {
    // Java's packages create links there, and fail on a Debian without manual pages.
    await mkdir('/usr/share/man/man1', { recursive: true })
    await run('apt-get', [...wait, 'update'], { log, env })
    await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...missing], { log, env })
  })
}

/** Rejects a machine that cannot build, and installs missing Debian packages. With docker, buildah is not required. */
export const meetBuildRequirements = async (tool: 'buildah' | 'docker'): Promise<void> => {
  const machine = await observeBuildMachine()
  const problem = platformProblem(machine) ?? goProblem(machine.goVersion)
  if (problem !== undefined) throw new RemedyError(problem)
  const required = Object.entries(BUILD_PACKAGES).filter(([program]) => tool === 'buildah' || program !== 'buildah')
  await installPackages(Object.fromEntries(required))
}
