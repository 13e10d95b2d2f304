/** What a machine must have for programs and images to be built on it; each refusal says what to do. */
import { accessSync, constants } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RemedyError, CACHE_DIR, run, step } from './step.ts'

/** Program, or absolute path of a file → the Debian package that has it. */
export type Packages = Readonly<Record<string, string>>

/** What the builds of programs and images call; Node.js, npm, git and Go are there. */
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
  /** Answer of `go version`, if there is a Go. */
  goVersion: string | undefined
}

export const observeBuildMachine = async (): Promise<BuildMachine> => ({
  platform: process.platform,
  arch: process.arch,
  goVersion: await run('go', ['version']).catch(() => undefined),
})

/** Why nothing can be built for Linux on x86-64 here, with the remedy, or nothing. */
export const platformProblem = ({ platform, arch }: Omit<BuildMachine, 'goVersion'>): string | undefined =>
  platform === 'linux' && arch === 'x64'
    ? undefined
    : `The local cluster and the images need Linux on x86-64, this is ${platform} on ${arch}. Build and push the images on such a machine (npm run images -- --registry NAME --push), and use a cluster that you have: npm start -- --context NAME --registry NAME`

/** Why Go cannot build the programs, with the remedy, or nothing. */
export const goProblem = (version: string | undefined): string | undefined => {
  if (version === undefined)
    return 'Kubernetes, the collector and more are built from source here, and there is no Go. Install Go 1.21 or newer (https://go.dev/dl) and put it on the PATH; newer toolchains are then fetched by Go itself.'
  const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(version) ?? []
  if (Number(major) === 1 && Number(minor) < 21)
    return `Go 1.21 or newer is needed, this is ${version.trim()}. Install a newer one from https://go.dev/dl`
  return undefined
}

/** Whether a program is on the PATH or among the administrator's, or a file is at its absolute path. */
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

/** Why missing packages cannot be installed from here, with the remedy, or nothing. */
export const installProblem = (missing: readonly string[], hasApt: boolean, userId: number): string | undefined => {
  if (!hasApt)
    return `Programs are missing, and there is no apt-get to install them with. Their Debian packages are: ${missing.join(' ')}`
  if (userId !== 0) return `Debian packages are missing. Install them: sudo apt-get install ${missing.join(' ')}`
  return undefined
}

/** Installs the Debian packages of what is not there. */
export const installPackages = async (wanted: Packages): Promise<void> => {
  const missing = Object.entries(wanted).flatMap(([program, name]) => (isInstalled(program) ? [] : [name]))
  if (missing.length === 0) return
  const problem = installProblem(missing, isInstalled('apt-get'), process.getuid?.() ?? -1)
  if (problem !== undefined) throw new RemedyError(problem)
  const log = join(CACHE_DIR, 'log', 'apt.log')
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const wait = ['-o', 'DPkg::Lock::Timeout=300']
  await step(`install ${missing.join(' ')}`, async () => {
    // Java's packages put links there, and fail on a Debian that was made without manual pages.
    await mkdir('/usr/share/man/man1', { recursive: true })
    await run('apt-get', [...wait, 'update'], { log, env })
    await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...missing], { log, env })
  })
}

/** Refuses a machine that cannot build, and installs the Debian packages that are missing. With docker, buildah is not used. */
export const meetBuildRequirements = async (tool: 'buildah' | 'docker'): Promise<void> => {
  const machine = await observeBuildMachine()
  const problem = platformProblem(machine) ?? goProblem(machine.goVersion)
  if (problem !== undefined) throw new RemedyError(problem)
  const wanted = Object.entries(BUILD_PACKAGES).filter(([program]) => tool === 'buildah' || program !== 'buildah')
  await installPackages(Object.fromEntries(wanted))
}
