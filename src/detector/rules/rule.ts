import { posix } from 'node:path'
import type { DetectionReason } from '../../api/detector-protocol.ts'
import type { Language, Libc } from '../../api/vocabulary.ts'
import type { MarkerName } from '../binary/markers.ts'
import type { ProcessSnapshot } from '../proc/process-snapshot.ts'

/**
 * application: the user's program. wrapper: starts or watches over others, or idles. infrastructure: a database, proxy
 * or the like, which is left alone.
 */
export type Role = 'application' | 'wrapper' | 'infrastructure'

/**
 * How much a sign says about a process; the strongest wins. A name can be anything, so what the program was made from
 * says more; a library in memory says less, because any program can load any other runtime.
 */
export const STRENGTH = { role: 5, content: 4, name: 3, library: 2, weak: 1, last: 0 } as const
export type Strength = (typeof STRENGTH)[keyof typeof STRENGTH]

export interface Match {
  strength: Strength
  /** Short, for a person, without values of variables. */
  evidence: string
  role?: Role
  /** What it is called, for infrastructure and wrappers. */
  name?: string
}

/** What a second look tells, with the files and markers that the rule asked for. */
export interface Description {
  version?: string | undefined
  libc?: Libc | undefined
  evidence?: string[]
  /** Why no agent can work in this process. */
  problem?: { reason: DetectionReason; message: string } | undefined
}

/** One language: how a process of it is recognised and described. Pure. */
export interface Rule {
  language: Language
  match: (process: ProcessSnapshot) => Match | undefined
  /** Files of the container that `describe` reads; candidates, most of which need not exist. */
  files?: (process: ProcessSnapshot) => string[]
  /** What is to be searched for in the program where the files told no version. */
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

/** First of the values that is there. */
export const firstOf = (...values: (string | undefined)[]): string | undefined =>
  values.find((value) => value !== undefined && value !== '')

export const notSupported = (message: string): { reason: DetectionReason; message: string } => ({
  reason: 'RuntimeNotSupported',
  message,
})
