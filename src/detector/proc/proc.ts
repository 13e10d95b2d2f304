/** Reads processes and the files of their containers: the only code that accesses the proc file system. */
import { closeSync, fstatSync, openSync, readdirSync, readlinkSync } from 'node:fs'
import type { ReadRange } from '../binary/elf-format.ts'
import { parseElf } from '../binary/elf.ts'
import { allowedEnvironment } from '../environment.ts'
import type { ElfFacts } from '../binary/elf-facts.ts'
import type { MarkerName } from '../binary/markers.ts'
import { searchMarkers } from '../binary/markers.ts'
import { rangeOf, readContents } from './contents.ts'
import type { Look, ProcessSnapshot } from './process-snapshot.ts'
import {
  parseArguments,
  parseIsSecure,
  parseListeningInodes,
  parseMappedPaths,
  parseProportionalKiB,
  parseStartSeconds,
  parseStatus,
  splitNul,
  withoutDeleted,
} from './proc-text.ts'
import { readUpTo } from './rooted-file.ts'

const KIB = 1024
/** The largest maps, of JVMs and Node.js with many modules, are below 1 MiB; an environment is at most 2 MiB. */
const MAX_BYTES = { small: 64 * KIB, cmdline: 256 * KIB, environ: 2048 * KIB, maps: 4096 * KIB }
const MAX_DESCRIPTORS = 4096

const pathOf = (pid: number | 'self', name: string): string => `/proc/${pid}/${name}`

const descriptorPath = (descriptor: number): string => pathOf('self', `fd/${descriptor}`)

const withFile = <T>(path: string, use: (file: number) => T): T => {
  const file = openSync(path, 'r')
  try {
    return use(file)
  } finally {
    closeSync(file)
  }
}

const read = (pid: number | 'self', name: string, maxBytes: number): Buffer =>
  withFile(pathOf(pid, name), (file) => readUpTo(file, maxBytes))

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'error'

/** Reads a part of a process; if it is forbidden or gone, records the problem and returns the fallback. */
type Attempt = <T>(name: string, fallback: T, action: () => T) => T

const attempting =
  (problems: string[]): Attempt =>
  (name, fallback, action) => {
    try {
      return action()
    } catch (error) {
      problems.push(`${name}: ${codeOf(error)}`)
      return fallback
    }
  }

/** All current process IDs. */
export const listPids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

/** The control groups of a process; '' if it has ended. */
export const readCgroup = (pid: number): string =>
  attempting([])('cgroup', '', () => read(pid, 'cgroup', MAX_BYTES.small).toString())

export const readMountinfo = (pid: number): string =>
  attempting([])('mountinfo', '', () => read(pid, 'mountinfo', MAX_BYTES.maps).toString())

/** Memory of a process in KiB, in which what it shares counts in parts; undefined if it is gone or may not be read. */
export const readProportionalKiB = (pid: number): number | undefined =>
  attempting([])('smaps_rollup', undefined, () =>
    parseProportionalKiB(read(pid, 'smaps_rollup', MAX_BYTES.small).toString()),
  )

const uptimeSeconds = (): number =>
  withFile('/proc/uptime', (file) => Number.parseFloat(readUpTo(file, 100).toString()))

/** Inodes of listening sockets, by network namespace: the processes of a pod share one. */
type ListenerCache = Map<string, Set<string>>

const listeningInodes = (pid: number, cache: ListenerCache): Set<string> => {
  const namespace = readlinkSync(pathOf(pid, 'ns/net'))
  const known = cache.get(namespace)
  if (known) return known
  const inodes = ['net/tcp', 'net/tcp6'].flatMap((table) =>
    attempting([])(table, [], () => parseListeningInodes(read(pid, table, MAX_BYTES.maps).toString())),
  )
  const result = new Set(inodes)
  cache.set(namespace, result)
  return result
}

const isListening = (pid: number, cache: ListenerCache): boolean => {
  const inodes = listeningInodes(pid, cache)
  if (inodes.size === 0) return false
  return readdirSync(pathOf(pid, 'fd'))
    .slice(0, MAX_DESCRIPTORS)
    .some((descriptor) => {
      const target = attempting([])('fd', '', () => readlinkSync(pathOf(pid, `fd/${descriptor}`)))
      return target.startsWith('socket:[') && inodes.has(target.slice(8, -1))
    })
}

/** The program's own file: its path in the container may be gone or belong to another root. */
const withProgram = <T>(pid: number, use: (range: ReadRange, size: number, identity: string) => T): T =>
  withFile(pathOf(pid, 'exe'), (file) => {
    const { dev, ino } = fstatSync(file)
    const { range, size } = rangeOf(file)
    return use(range, size, `${dev}:${ino}`)
  })

const startOf = (pid: number): number => parseStartSeconds(read(pid, 'stat', MAX_BYTES.small).toString())

/** Reads one process; undefined if it has ended or is a zombie. `problems` lists what could not be read. */
const readSnapshot = (pid: number, uptime: number, listeners: ListenerCache): ProcessSnapshot | undefined => {
  const problems: string[] = []
  const attempt = attempting(problems)
  const status = attempt('status', undefined, () => parseStatus(read(pid, 'status', MAX_BYTES.small).toString()))
  if (!status || status.state === 'Z' || status.state === 'X') return undefined
  const elf = attempt<ElfFacts | undefined>('exe', undefined, () => withProgram(pid, parseElf))
  return {
    pid,
    parentPid: status.parentPid,
    namespacePid: status.namespacePid,
    exe: attempt('exe', '', () => withoutDeleted(readlinkSync(pathOf(pid, 'exe')))),
    comm: status.comm,
    argv: attempt('cmdline', [], () => parseArguments(read(pid, 'cmdline', MAX_BYTES.cmdline).toString())),
    cwd: attempt('cwd', '', () => readlinkSync(pathOf(pid, 'cwd'))),
    env: attempt('environ', {}, () => allowedEnvironment(splitNul(read(pid, 'environ', MAX_BYTES.environ).toString()))),
    mapped: attempt('maps', [], () => parseMappedPaths(read(pid, 'maps', MAX_BYTES.maps).toString())),
    ...(elf ? { elf } : {}),
    listens: attempt('fd', false, () => isListening(pid, listeners)),
    rssKiB: status.rssKiB,
    isSecure: attempt('auxv', false, () => parseIsSecure(read(pid, 'auxv', MAX_BYTES.small))),
    ageSeconds: Math.max(0, Math.round(uptime - attempt('stat', uptime, () => startOf(pid)))),
    problems: [...new Set(problems)],
  }
}

/** Reads processes, and more of a process if a rule needs it. Replicas of an image share results for its programs. */
export const createProcReader = (): { snapshot: (pid: number) => ProcessSnapshot | undefined; look: Look } => {
  const uptime = uptimeSeconds()
  const listeners: ListenerCache = new Map()
  const searched = new Map<string, Partial<Record<MarkerName, string>>>()
  const markersOf = (pid: number, names: readonly MarkerName[]): Partial<Record<MarkerName, string>> =>
    withProgram(pid, (range, size, identity) => {
      const key = `${identity} ${names.join()}`
      const found = searched.get(key) ?? searchMarkers(range, size, names)
      searched.set(key, found)
      return found
    })
  return {
    snapshot: (pid) => readSnapshot(pid, uptime, listeners),
    look: {
      files: (pid, paths) =>
        Object.fromEntries(
          [...new Set(paths)].flatMap((path) => {
            const content = attempting([])('root', undefined, () =>
              readContents({ root: pathOf(pid, 'root'), path, descriptorPath }),
            )
            return content === undefined ? [] : [[path, content]]
          }),
        ),
      markers: (pid, names) => (names.length === 0 ? {} : attempting([])('exe', {}, () => markersOf(pid, names))),
    },
  }
}
