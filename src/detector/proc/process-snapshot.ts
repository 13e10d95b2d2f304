/** The facts of one process that rules are based on: plain data, as recorded in test/fixtures/proc. */
import type { ElfFacts } from '../binary/elf-facts.ts'
import type { MarkerName } from '../binary/markers.ts'

export interface ProcessSnapshot {
  pid: number
  parentPid: number
  /** The pid in the container's own namespace; that of its first process is 1, unless the namespace is shared. */
  namespacePid: number
  /** Path of the program in the container; '' if it cannot be read. */
  exe: string
  /** First 15 characters of the process's name. */
  comm: string
  /** A single element if the process has rewritten its title. */
  argv: string[]
  cwd: string
  /** Allow-listed variables as they were at start; see environment.ts. */
  env: Record<string, string>
  /** Paths of files mapped into memory, without duplicates. */
  mapped: string[]
  elf?: ElfFacts
  listens: boolean
  rssKiB: number
  /** AT_SECURE: set-uid or file capabilities, with which loaders and runtimes ignore some variables. */
  isSecure: boolean
  ageSeconds: number
  /** What could not be read, as `file: errno`. */
  problems: string[]
  /** Results of searches in the program, by the marker's name in markers.ts. Absent: not searched yet. */
  markers?: Partial<Record<MarkerName, string>>
  /** Contents of the container's files that a rule needs, by path (see contents.ts). Absent: not read yet. */
  files?: Record<string, string>
}

/** Reads more of a process; its snapshot keeps the results. */
export interface Look {
  files: (pid: number, paths: readonly string[]) => Record<string, string>
  markers: (pid: number, names: readonly MarkerName[]) => Partial<Record<MarkerName, string>>
}
