/** What is known of one process; plain data that rules decide by, recorded as it is in test/fixtures/proc. */
import type { ElfFacts } from '../binary/elf-facts.ts'
import type { MarkerName } from '../binary/markers.ts'

export interface ProcessSnapshot {
  pid: number
  parentPid: number
  /** The pid in the container's own namespace; its first process has 1, unless the namespace is shared. */
  namespacePid: number
  /** Path of the program as the container sees it; '' where it cannot be read. */
  exe: string
  /** First 15 characters of the process's name. */
  comm: string
  /** One element where the process has rewritten its title. */
  argv: string[]
  cwd: string
  /** Allow-listed variables as they were at start; see environment.ts. */
  env: Record<string, string>
  /** Paths of files that are mapped into memory, without duplicates. */
  mapped: string[]
  elf?: ElfFacts
  listens: boolean
  rssKiB: number
  /** AT_SECURE: set-uid or file capabilities, with which loaders and runtimes ignore some variables. */
  isSecure: boolean
  ageSeconds: number
  /** What could not be read, as `file: errno`. */
  problems: string[]
  /** What was searched for in the program, by its name in markers.ts. Absent: not searched yet. */
  markers?: Partial<Record<MarkerName, string>>
  /** Text of files of the container that a rule asked for, by path. Absent: not read yet. */
  files?: Record<string, string>
}

/** Reads more of a process; the results are kept in its snapshot. */
export interface Look {
  files: (pid: number, paths: readonly string[]) => Record<string, string>
  markers: (pid: number, names: readonly MarkerName[]) => Partial<Record<MarkerName, string>>
}
