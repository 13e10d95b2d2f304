import { posix } from 'node:path'
import type { DetectionReason } from '../../api/detector-protocol.ts'
import type { Language, Libc } from '../../api/vocabulary.ts'
import type { MarkerName } from '../binary/markers.ts'
import type { ProcessSnapshot } from '../proc/process-snapshot.ts'

/**
 * application: the user's program. wrapper: starts or supervises others, or idles. infrastructure: a database, proxy or
 * the like, which is not instrumented.
 */
export type Role = 'application' | 'wrapper' | 'infrastructure'

/**
 * Strength of a match; the strongest wins. Names are arbitrary, so the program's content is stronger; a library in memory
 * is weaker, because any program can load any other runtime.
 */
export const STRENGTH = { role: 5, content: 4, name: 3, library: 2, weak: 1, last: 0 } as const
export type Strength = (typeof STRENGTH)[keyof typeof STRENGTH]

export interface Match {
  strength: Strength
  /** Short and human-readable, without values of variables. */
  evidence: string
  role?: Role
  /** Name of infrastructure or a wrapper. */
  name?: string
}

/** Details of a process, from the files and markers that the rule needs. */
export interface Description {
  version?: string | undefined
  libc?: Libc | undefined
  evidence?: string[]
  /** Time within which this process expects the processes that it starts to respond; it ends them otherwise. */
  startWithinSeconds?: number | undefined
  /** Why no agent works in this process. */
  problem?: { reason: DetectionReason; message: string } | undefined
}

/** One language: how its processes are identified and described. Pure. */
export interface Rule {
  language: Language
  match: (process: ProcessSnapshot) => Match | undefined
  /** Files of the container that `describe` reads: candidates, which need not exist. */
  files?: (process: ProcessSnapshot) => string[]
  /** Markers to search for in the program if the files contain no version. */
  markers?: readonly MarkerName[]
  describe?: (process: ProcessSnapshot) => Description
}

export const baseName = (path: string): string => posix.basename(path)

/** First mapped path that the pattern matches. */
export const findMapped = (process: ProcessSnapshot, pattern: RegExp): RegExpExecArray | undefined => {
  for (const path of process.mapped) {
    const match = pattern.exec(path)
    if (match) return match
  }
  return undefined
}

/** The command line as text, for titles that were rewritten. */
export const commandLine = (process: ProcessSnapshot): string => process.argv.join(' ')

/** The first defined value. */
export const firstOf = (...values: (string | undefined)[]): string | undefined =>
  values.find((value) => value !== undefined && value !== '')

export const notSupported = (message: string): { reason: DetectionReason; message: string } => ({
  reason: 'RuntimeNotSupported',
  message,
})
